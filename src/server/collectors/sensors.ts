/** Temperatures, fans and batteries. They change slowly and some are slow to read: read every five seconds. */
import { realpathSync } from "node:fs";
import { printable } from "~/domain/printable";
import type { Labels, Reading } from "~/domain/sample";
import type { Roots } from "../roots";
import type { Collector, Tick } from "./collector";
import { namesIn, readNumber, readText } from "./procfs";

const EVERY_MS = 5000;
/** Channels of a chip are looked at again after this long, chips each time: they come and go, and change their numbers. */
const LOOK_EVERY_MS = 60_000;

interface Sensor {
  metric: string;
  labels: Labels;
  read: () => number | null;
}

const entries = (path: string) => namesIn(path).sort();

/** Drivers say "nothing is connected" as -128 and 255 degrees, or with what the register had. */
const isTemperature = (celsius: number) => celsius > -100 && celsius < 250;
const MOST_ROTATIONS = 65_535;

function readCelsius(path: string): number | null {
  const millidegrees = readNumber(path);
  if (millidegrees === null) return null;
  const celsius = millidegrees / 1000;
  return isTemperature(celsius) ? celsius : null;
}

interface Chip {
  /** Where its files are: in its folder, or in its device's, as before Linux 3.13. */
  folder: string;
  name: string;
  /** Path of its device below /sys/devices, which stays while numbers of hwmon change; null in sysfs without links. */
  device: string | null;
  /** The file that tells whether its device is suspended; null where it never is. */
  runtimeStatus: string | null;
}

/** What a device has that is not suspended while the machine runs. */
const NEVER_SUSPENDED = "unsupported";

function deviceOf(path: string): string | null {
  try {
    const [, below] = /\/devices\/(.+)$/.exec(realpathSync(path)) ?? [];
    return below?.replace(/\/hwmon(?:\/hwmon\d+|\d+)?$/, "") ?? null;
  } catch {
    return null;
  }
}

function findChips(sys: string): Chip[] {
  const base = `${sys}/class/hwmon`;
  return entries(base).flatMap((entry): Chip[] => {
    const own = `${base}/${entry}`;
    const device = deviceOf(`${own}/device`) ?? deviceOf(own);
    const status = `${own}/device/power/runtime_status`;
    const runtimeStatus = (readText(status) ?? NEVER_SUSPENDED) === NEVER_SUSPENDED ? null : status;
    for (const folder of [own, `${own}/device`]) {
      const name = readText(`${folder}/name`);
      if (name) return [{ folder, name: printable(name), device, runtimeStatus }];
    }
    return [{ folder: own, name: entry, device, runtimeStatus }];
  });
}

/** A chip whose device is not told is known by its name, and by its turn where others have the name. */
function identify(chips: readonly Chip[]): { chip: Chip; id: string }[] {
  const seen = new Map<string, number>();
  const known = new Set<string>();
  return chips.flatMap((chip) => {
    const key = `${chip.device} ${chip.name}`;
    // The same chip, told twice.
    if (chip.device !== null && known.has(key)) return [];
    known.add(key);
    const turn = (seen.get(chip.name) ?? 0) + 1;
    seen.set(chip.name, turn);
    return [{ chip, id: chip.device ?? (turn === 1 ? chip.name : `${chip.name} ${turn}`) }];
  });
}

/** temp*_input in millidegrees, fan*_input in revolutions per minute. A channel that is broken or off has no reading. */
function channelsOf({ chip, id }: { chip: Chip; id: string }): Sensor[] {
  const files = new Set(entries(chip.folder));
  return [...files].flatMap((file): Sensor[] => {
    const [, kind, number] = /^(temp|fan)(\d+)_input$/.exec(file) ?? [];
    if (!kind) return [];
    const channel = `${kind}${number}`;
    const path = `${chip.folder}/${channel}`;
    const label = (files.has(`${channel}_label`) ? readText(`${path}_label`) : null) ?? channel;
    // A reading would wake a GPU that sleeps, and keep it awake.
    const { runtimeStatus } = chip;
    const isAsleep = () => runtimeStatus !== null && readText(runtimeStatus)?.startsWith("suspend") === true;
    const isBroken = () =>
      (files.has(`${channel}_fault`) && readNumber(`${path}_fault`) === 1) ||
      (files.has(`${channel}_enable`) && readNumber(`${path}_enable`) === 0);
    const readFan = () => {
      const rotations = readNumber(`${path}_input`);
      return rotations !== null && rotations >= 0 && rotations < MOST_ROTATIONS ? rotations : null;
    };
    const readInput = kind === "temp" ? () => readCelsius(`${path}_input`) : readFan;
    return [
      {
        metric: kind === "temp" ? "hw.temperature" : "hw.fan.speed",
        labels: { "hw.id": `${id}/${channel}`, "hw.name": printable(label), "hw.parent": chip.name },
        read: () => (isAsleep() || isBroken() ? null : readInput()),
      },
    ];
  });
}

/** The kernel makes a chip of hwmon of a zone, with its type as the name. */
const chipNameOf = (type: string) => type.replaceAll("-", "_");

/** Thermal zones, which small boards have instead of hwmon chips. */
function findZones(sys: string, chips: readonly Chip[]): Sensor[] {
  const base = `${sys}/class/thermal`;
  const told = new Set(chips.map(({ name }) => name));
  return entries(base)
    .filter((name) => name.startsWith("thermal_zone"))
    .map((zone) => ({ zone, type: printable(readText(`${base}/${zone}/type`) ?? zone) }))
    .filter(({ type }) => !told.has(type) && !told.has(chipNameOf(type)))
    .map(({ zone, type }) => ({
      metric: "hw.temperature",
      labels: { "hw.id": zone, "hw.name": type, "hw.parent": "thermal" },
      read: () => (readText(`${base}/${zone}/mode`) === "disabled" ? null : readCelsius(`${base}/${zone}/temp`)),
    }));
}

/** Percent. A full battery may tell a little more than 100. */
const MOST_CAPACITY = 110;

/** Share of the full charge: told by the driver, or of what it holds, in microwatt hours or microampere hours. */
function readCharge(path: string): number | null {
  if (readNumber(`${path}/present`) === 0) return null;
  const capacity = readNumber(`${path}/capacity`);
  if (capacity !== null) return capacity >= 0 && capacity <= MOST_CAPACITY ? Math.min(1, capacity / 100) : null;
  for (const kind of ["energy", "charge"]) {
    const now = readNumber(`${path}/${kind}_now`);
    const full = readNumber(`${path}/${kind}_full`) ?? readNumber(`${path}/${kind}_full_design`);
    if (now !== null && full !== null && now >= 0 && full > 0) return Math.min(1, now / full);
  }
  return null;
}

function findBatteries(sys: string): Sensor[] {
  const base = `${sys}/class/power_supply`;
  return entries(base)
    .filter((name) => readText(`${base}/${name}/type`) === "Battery")
    .map((name) => ({
      metric: "hw.battery.charge",
      labels: { "hw.id": name, "hw.name": printable(readText(`${base}/${name}/model_name`) || name) },
      read: () => readCharge(`${base}/${name}`),
    }));
}

export function openSensors({ sys }: Roots): Collector {
  let sensors: readonly Sensor[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let seen = "";
  let readings: Reading[] = [];

  const look = (at: number) => {
    const chips = findChips(sys);
    const others = [...entries(`${sys}/class/thermal`), ...entries(`${sys}/class/power_supply`)];
    const now = JSON.stringify([chips, others]);
    if (now === seen && Math.abs(at - lookedAt) < LOOK_EVERY_MS) return;
    seen = now;
    lookedAt = at;
    sensors = [...identify(chips).flatMap(channelsOf), ...findZones(sys, chips), ...findBatteries(sys)];
  };

  return {
    name: "sensors",
    collect: ({ at }: Tick) => {
      if (Math.abs(at - readAt) < EVERY_MS) return readings;
      readAt = at;
      look(at);
      readings = sensors.flatMap(({ metric, labels, read }) => {
        const value = read();
        return value === null ? [] : [{ metric, labels, value }];
      });
      return readings;
    },
  };
}
