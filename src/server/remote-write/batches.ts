/** Which samples are written, and how they are divided into requests. Pure. */
import { globMatches } from "~/domain/match";
import type { DefinitionOf } from "~/domain/metric";
import type { Labels, Sample, Series } from "~/domain/sample";
import {
  encodeRequest,
  nameFilter,
  planWriting,
  seriesOfSteps,
  type WritePlan,
  type WrittenFact,
  type WrittenStep,
} from "./encode";

/** Of a request: some hundred kilobytes before they are packed. */
const MOST_SAMPLES = 20_000;

/** What a target wants, as it is handed to the reader thread. */
export interface WriteFormat {
  /** Time between two samples that are written, in milliseconds. */
  stepMs: number;
  externalLabels: Labels;
  /** Patterns of names; `!` in front leaves names out. */
  metrics: readonly string[];
  /** What does not change from sample to sample. */
  facts: readonly WrittenFact[];
}

export interface Batch {
  body: Uint8Array;
  samples: number;
  /** Everything up to here has been written when the batch has; epoch milliseconds, a multiple of the step. */
  until: number;
}

/** The end of the newest step that is over when a sample of `at` is there. */
export const endOfStep = (at: number, stepMs: number) => Math.floor(at / stepMs) * stepMs;

/**
 * Collects samples, oldest first, into batches. Of each step (end - stepMs, end] the newest sample is written, with its own time. Where
 * a batch ends depends only on where it begins.
 */
export class Batcher {
  private readonly plans = new WeakMap<readonly Series[], WritePlan>();
  private readonly wants: (name: string) => boolean;
  private steps: WrittenStep[] = [];
  private size = 0;
  private pending: { end: number; step: WrittenStep } | undefined;

  constructor(
    private readonly format: WriteFormat,
    private readonly definitionOf: DefinitionOf,
  ) {
    this.wants = nameFilter(format.metrics, globMatches);
  }

  /** A batch when the sample before was the last of one. */
  add({ at, series, values }: Sample): Batch | undefined {
    const { stepMs } = this.format;
    const end = Math.ceil(at / stepMs) * stepMs;
    const isNewStep = this.pending !== undefined && end > this.pending.end;
    const full = isNewStep ? this.takeStep() : undefined;
    this.pending = { end, step: { at, plan: this.planOf(series), values } };
    return full;
  }

  /** What is left, when all samples up to `until` have been added; undefined without any. */
  finish(until: number): Batch | undefined {
    const full = this.takeStep();
    if (full) return full;
    return this.steps.length === 0 ? undefined : this.take(until);
  }

  private takeStep(): Batch | undefined {
    if (!this.pending) return undefined;
    const { end, step } = this.pending;
    this.pending = undefined;
    this.steps.push(step);
    this.size += step.plan.length;
    return this.size + step.plan.length > MOST_SAMPLES ? this.take(end) : undefined;
  }

  private take(until: number): Batch {
    const series = seriesOfSteps(this.steps);
    this.steps = [];
    this.size = 0;
    return { body: encodeRequest(series), samples: series.reduce((sum, one) => sum + one.samples.length, 0), until };
  }

  private planOf(layout: readonly Series[]): WritePlan {
    const known = this.plans.get(layout);
    if (known) return known;
    const { externalLabels, facts } = this.format;
    const plan = planWriting(layout, { definitionOf: this.definitionOf, externalLabels, wants: this.wants, facts });
    this.plans.set(layout, plan);
    return plan;
  }
}
