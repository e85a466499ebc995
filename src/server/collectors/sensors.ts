/** Temperatures, fans and batteries. They change slowly and some are slow to read: read every five seconds. */
import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots, Tick } from "./collector";
import { printable } from "./process-stat";
import { namesIn, readNumber, readText } from "./procfs";

const EVERY_MS = 5000;

interface Sensor {
  metric: string;
  labels: Labels;
  path: string;
  /** Factor from the file's unit to the metric's. */
  scale: number;
}

const entries = (path: string) => namesIn(path).sort();

/** hwmon chips: temp*_input in millidegrees, fan*_input in revolutions per minute. */
function findHwmon(sys: string): Sensor[] {
  const base = `${sys}/class/hwmon`;
  return entries(base).flatMap((chip) => {
    const name = printable(readText(`${base}/${chip}/name`) ?? chip);
    return entries(`${base}/${chip}`).flatMap((file): Sensor[] => {
      const [, kind, number] = /^(temp|fan)(\d+)_input$/.exec(file) ?? [];
      if (!kind) return [];
      const label = printable(readText(`${base}/${chip}/${kind}${number}_label`) ?? `${kind}${number}`);
      const labels = { "hw.id": `${chip}/${kind}${number}`, "hw.name": label, "hw.parent": name };
      const path = `${base}/${chip}/${file}`;
      return kind === "temp"
        ? [{ metric: "hw.temperature", labels, path, scale: 0.001 }]
        : [{ metric: "hw.fan.speed", labels, path, scale: 1 }];
    });
  });
}

/** Thermal zones, which small boards have instead of hwmon chips. */
function findZones(sys: string): Sensor[] {
  const base = `${sys}/class/thermal`;
  return entries(base)
    .filter((name) => name.startsWith("thermal_zone"))
    .map((zone) => ({
      metric: "hw.temperature",
      labels: { "hw.id": zone, "hw.name": printable(readText(`${base}/${zone}/type`) ?? zone), "hw.parent": "thermal" },
      path: `${base}/${zone}/temp`,
      scale: 0.001,
    }));
}

function findBatteries(sys: string): Sensor[] {
  const base = `${sys}/class/power_supply`;
  return entries(base)
    .filter((name) => readText(`${base}/${name}/type`) === "Battery")
    .map((name) => ({
      metric: "hw.battery.charge",
      labels: { "hw.id": name, "hw.name": printable(readText(`${base}/${name}/model_name`) ?? name) },
      path: `${base}/${name}/capacity`,
      scale: 0.01,
    }));
}

export function openSensors(roots: Roots): Collector {
  const sensors = [...findHwmon(roots.sys), ...findZones(roots.sys), ...findBatteries(roots.sys)];
  let readAt = Number.NEGATIVE_INFINITY;
  let readings: Reading[] = [];
  return {
    name: "sensors",
    collect: ({ at }: Tick) => {
      if (Math.abs(at - readAt) < EVERY_MS) return readings;
      readAt = at;
      readings = sensors.flatMap(({ metric, labels, path, scale }) => {
        const value = readNumber(path);
        return value === null ? [] : [{ metric, labels, value: value * scale }];
      });
      return readings;
    },
  };
}
