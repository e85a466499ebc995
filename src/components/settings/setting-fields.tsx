"use client";

import { Suspense } from "react";
import { Card } from "~/components/ui/card";
import { Skeleton } from "~/components/ui/states";
import { useWords } from "~/components/words/words-provider";
import { OF_HEARTBEAT, type SECTIONS, type SettingPath, WITHOUT_FIELD } from "./sections";
import { SettingField } from "./setting-field";
import { type ShownSetting, useConfiguration } from "./use-configuration";

const FIELD_HEIGHT = 84;

/** A field for each setting of a section. */
export function SettingFields({ plan }: { plan: (typeof SECTIONS)[number] }) {
  const { loading } = useWords().settings;
  const { data, error } = useConfiguration();
  const paths = plan.fields.filter((path) => !WITHOUT_FIELD.has(path));
  // The top of the page says so.
  if (error) return null;
  const skeleton = <Skeleton label={loading} height={paths.length * FIELD_HEIGHT} />;
  if (!data) return skeleton;
  const settings = new Map(data.settings.map((setting) => [setting.path, setting]));
  return (
    <Suspense fallback={skeleton}>
      <Card>
        <ul>
          {paths.map((path) => {
            const setting = settings.get(path);
            return setting && isShown(path, settings) && <SettingField key={path} {...{ setting, path }} etag={data.etag} />;
          })}
        </ul>
      </Card>
    </Suspense>
  );
}

function isShown(path: SettingPath, settings: ReadonlyMap<string, ShownSetting>): boolean {
  return !OF_HEARTBEAT.has(path) || (settings.get("notifications.heartbeat.url")?.value ?? null) !== null;
}
