"use client";

import { type ComponentType, lazy, Suspense } from "react";

/** A component that is loaded when it is first shown. `next/dynamic` does the same and would add its own code to the first page. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Part = lazy(async () => ({ default: await load() }));
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, where its module begins.
  return function LazyPart(props: Props) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
