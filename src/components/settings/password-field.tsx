import { Field, TextInput } from "~/components/ui/controls";
import { MIN_PASSWORD } from "~/domain/access";

/** A password that is set, named `password` in its form. */
export function NewPasswordField({ label }: { label: string }) {
  return (
    <Field label={label}>
      <TextInput name="password" type="password" required minLength={MIN_PASSWORD} autoComplete="new-password" className="w-56" />
    </Field>
  );
}
