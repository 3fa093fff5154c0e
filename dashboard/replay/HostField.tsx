import { hostOf, isThisMachine } from './wish.ts'

/** What is sent elsewhere cannot be taken back: the host's name is typed, so that nobody does it by a slip. */
export function HostField({
  target,
  typed,
  onTyped,
}: {
  target: string
  typed: string
  onTyped: (typed: string) => void
}) {
  if (isThisMachine(target)) return null
  return (
    <label className="field host-field">
      <span>
        What this changes at <code>{target}</code> cannot be taken back. Type{' '}
        <b className="mono">{hostOf(target)}</b> to go on.
      </span>
      <input
        type="text"
        data-first
        value={typed}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => onTyped(event.target.value)}
      />
    </label>
  )
}

/** Whether enough was typed to send something there. */
export function isMeant(target: string, typed: string): boolean {
  return isThisMachine(target) || typed.trim() === hostOf(target)
}
