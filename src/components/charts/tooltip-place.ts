/** Finds a place for a chart's tooltip beside the pointer. Pure. */

interface Size {
  width: number;
  height: number;
}

interface Point {
  x: number;
  y: number;
}

/** Between pointer and tooltip; the arrow of the pointer is smaller. */
const AWAY = 16;
const EDGE = 4;

/**
 * The upper left corner in the window: to the right of the pointer, else to the left; in a narrow window above, else below.
 * Never over the pointer.
 */
export function placeTooltip(pointer: Point, tooltip: Size, view: Size): Point {
  const beside = Math.max(EDGE, Math.min(view.height - tooltip.height - EDGE, pointer.y - tooltip.height / 2));
  const right = pointer.x + AWAY;
  if (right + tooltip.width + EDGE <= view.width) return { x: right, y: beside };
  const left = pointer.x - AWAY - tooltip.width;
  if (left >= EDGE) return { x: left, y: beside };
  const x = Math.max(EDGE, Math.min(view.width - tooltip.width - EDGE, pointer.x - tooltip.width / 2));
  const above = pointer.y - AWAY - tooltip.height;
  return { x, y: above >= EDGE ? above : pointer.y + AWAY };
}
