import { Path, StyleSheet, Svg, Text, View } from "@react-pdf/renderer";
import { type ChartBlock, type Paper, textOf } from "~/domain/report";
import { COLORS, MARGIN, PAPER_SIZES } from "./pdf-style";
import { axisTicksOf, type Box, shapesOf } from "./shapes";

const LEFT = 46;
/** Right of the plot, for the threshold. */
const RIGHT = 62;
const HEIGHT = 88;
const FILL = { area: 0.11, band: 0.15 };

const styles = StyleSheet.create({
  block: { marginBottom: 12 },
  head: { flexDirection: "row", marginBottom: 3 },
  title: { fontSize: 9.5, fontWeight: 600, flexGrow: 1 },
  key: { flexDirection: "row", marginLeft: 12, alignItems: "center", fontSize: 7.5, color: COLORS.muted },
  swatch: { width: 6, height: 6, borderRadius: 1.5, marginRight: 4 },
  tick: { position: "absolute", fontSize: 6.5, color: COLORS.muted },
});

export function ChartView({ chart, timeZone, paper }: { chart: ChartBlock; timeZone: string; paper: Paper }) {
  const width = PAPER_SIZES[paper].width - 2 * MARGIN;
  const box: Box = { left: LEFT, top: 5, width: width - LEFT - RIGHT, height: HEIGHT };
  const { threshold, values, times } = axisTicksOf(chart, box);
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  return (
    <View style={styles.block}>
      <View style={styles.head}>
        <Text style={styles.title}>{chart.title}</Text>
        {chart.series.map(({ name, color }) => (
          <View key={name} style={styles.key}>
            <View style={{ ...styles.swatch, backgroundColor: COLORS[color] }} />
            <Text>{name}</Text>
          </View>
        ))}
      </View>
      <View style={{ height: bottom + 14 }}>
        <Svg width={width} height={bottom + 14} viewBox={`0 0 ${width} ${bottom + 14}`}>
          {values.map(({ y }) => (
            <Path key={y} d={`M${box.left} ${y}H${right}`} stroke={COLORS.line} strokeWidth={0.6} />
          ))}
          {shapesOf(chart, box).map(({ kind, color, path }, index) =>
            kind === "line" ? (
              <Path key={index} d={path} stroke={COLORS[color]} strokeWidth={0.9} fill="none" />
            ) : (
              <Path key={index} d={path} fill={COLORS[color]} fillOpacity={chart.stacked ? 0.22 : FILL[kind]} />
            ),
          )}
          {threshold && (
            <Path d={`M${box.left} ${threshold.y}H${right}`} stroke={COLORS.critical} strokeWidth={0.7} strokeDasharray="4 3" />
          )}
        </Svg>
        {values.map(({ y, value }) => (
          <Text key={y} style={{ ...styles.tick, top: y - 3, left: 0, width: LEFT - 5, textAlign: "right" }}>
            {textOf(value, timeZone)}
          </Text>
        ))}
        {times.map(({ x, moment }) => (
          <Text key={x} style={{ ...styles.tick, top: bottom + 5, left: x - 30, width: 60, textAlign: "center" }}>
            {textOf(moment, timeZone)}
          </Text>
        ))}
        {threshold && (
          <Text style={{ ...styles.tick, top: threshold.y - 3, left: right + 4, width: RIGHT - 4, color: COLORS.critical }}>
            {`threshold ${textOf(threshold.value, timeZone)}`}
          </Text>
        )}
      </View>
    </View>
  );
}
