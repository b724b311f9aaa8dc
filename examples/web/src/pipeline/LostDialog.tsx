import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { textOf } from '../ui/textOf.ts';

interface Props {
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}

/** A loss needs a reason, and the gateway refuses it without one. */
export function LostDialog({ onReason, onClose }: Props) {
  function submit(form: FormData): void {
    onReason(textOf(form, 'reason'));
    onClose();
  }
  return (
    <Dialog title="Why was it lost?" onClose={onClose}>
      <form action={submit}>
        <Field label="Reason" name="reason" required autoFocus />
        <div className="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Mark as lost
          </button>
        </div>
      </form>
    </Dialog>
  );
}
