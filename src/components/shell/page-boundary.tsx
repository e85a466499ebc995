"use client";

import { Component, type ReactNode } from "react";
import { Failure } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";

interface BoundaryProps {
  /** Navigating to another path resets the boundary. */
  path: string;
  children: ReactNode;
}

type Thrown = Error & { digest?: string };

/** Error boundary for a page; the frame stays. `digest` identifies the error in the server's log. */
export class PageBoundary extends Component<BoundaryProps, { error: Thrown | null }> {
  override state: { error: Thrown | null } = { error: null };

  static getDerivedStateFromError(error: Thrown) {
    return { error };
  }

  override componentDidUpdate({ path }: BoundaryProps) {
    if (this.state.error && path !== this.props.path) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <BrokenPage requestId={error.digest ?? null} retry={() => this.setState({ error: null })} />;
  }
}

function BrokenPage({ requestId, retry }: { requestId: string | null; retry: () => void }) {
  const { pageFailed } = useWords().shell;
  return <Failure error={{ message: pageFailed, data: { requestId } }} retry={retry} />;
}
