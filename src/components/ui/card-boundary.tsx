"use client";

import { Component, type ReactNode } from "react";
import { useWords } from "~/components/words/words-provider";
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
    return <BrokenCard title={this.props.title} retry={() => this.setState({ broken: false })} />;
  }
}

function BrokenCard({ title, retry }: { title: string; retry: () => void }) {
  const { cardFailed, drawAgain } = useWords().ui;
  return (
    <Card title={title}>
      <div role="alert" className="flex h-[170px] flex-col items-center justify-center gap-3 text-muted">
        {cardFailed}
        <Button onClick={retry}>{drawAgain}</Button>
      </div>
    </Card>
  );
}
