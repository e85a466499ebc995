"use client";

import { Columns3 } from "lucide-react";
import { Popover } from "~/components/ui/popover";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { useWords } from "~/components/words/words-provider";
import { COLUMNS, type ProcessColumn } from "./columns";

/** Chooses the columns and stores the choice in this browser. The name is always shown. `fitting` are those for which there is room. */
export function ColumnMenu({ fitting }: { fitting: readonly ProcessColumn[] }) {
  const { hiddenColumns } = usePreferences();
  const { columnMenu, table } = useWords().processes;
  return (
    <Popover label={columnMenu.label} button={<Columns3 size={15} aria-hidden="true" />}>
      {() => (
        <ul className="flex w-[200px] flex-col gap-1">
          {COLUMNS.filter(({ key }) => key !== "command").map(({ key }) => {
            const isChosen = !hiddenColumns.includes(key);
            return (
              <li key={key}>
                <label className="flex min-h-[26px] items-center gap-2">
                  <input
                    type="checkbox"
                    checked={isChosen}
                    onChange={(event) =>
                      changePreferences({
                        hiddenColumns: event.target.checked
                          ? hiddenColumns.filter((one) => one !== key)
                          : [...hiddenColumns, key],
                      })
                    }
                    className="size-4 accent-series-blue"
                  />
                  {table.columns[key]}
                  {isChosen && !fitting.some((one) => one.key === key) && (
                    <span className="ml-auto text-[12px] text-muted">{columnMenu.noRoom}</span>
                  )}
                </label>
              </li>
            );
          })}
        </ul>
      )}
    </Popover>
  );
}
