"use client";

import { Component, type ReactNode } from "react";
import { Card } from "./card";
import { Button } from "./controls";

interface BoundaryProps {
  title: string;
  children: ReactNode;
}

/** Error boundary for one card; the other cards keep working. */
export class CardBoundary extends Component<BoundaryProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Card title={this.props.title}>
        <div role="alert" className="flex h-[170px] flex-col items-center justify-center gap-3 text-muted">
          This card could not be drawn.
          <Button onClick={() => this.setState({ broken: false })}>Draw it again</Button>
        </div>
      </Card>
    );
  }
}
