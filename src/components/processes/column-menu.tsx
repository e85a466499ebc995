"use client";

import { Columns3 } from "lucide-react";
import { Popover } from "~/components/ui/popover";
import { changePreferences, usePreferences } from "~/components/view/preferences";
import { COLUMNS } from "./columns";

/** Chooses the visible columns and stores them in this browser. The command is always shown. */
export function ColumnMenu() {
  const { hiddenColumns } = usePreferences();
  return (
    <Popover label="Columns" button={<Columns3 size={15} aria-hidden="true" />}>
      {() => (
        <ul className="flex w-[170px] flex-col gap-1">
          {COLUMNS.filter(({ key }) => key !== "command").map(({ key, title }) => (
            <li key={key}>
              <label className="flex min-h-[26px] items-center gap-2">
                <input
                  type="checkbox"
                  checked={!hiddenColumns.includes(key)}
                  onChange={(event) =>
                    changePreferences({
                      hiddenColumns: event.target.checked ? hiddenColumns.filter((one) => one !== key) : [...hiddenColumns, key],
                    })
                  }
                  className="size-4 accent-series-blue"
                />
                {title}
              </label>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
