"use client";

import { Component, type ReactNode } from "react";
import { Failure } from "~/components/ui/states";

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
    const facts = { message: "This page could not be drawn.", data: { requestId: error.digest ?? null } };
    return <Failure error={facts} retry={() => this.setState({ error: null })} />;
  }
}
