/** What cannot be undone is done by whoever types its name: so that nobody does it by a slip. */
export function NameField({
  name,
  typed,
  onTyped,
  isFirst,
}: {
  name: string
  typed: string
  onTyped: (typed: string) => void
  /** Whether the dialog begins with it. */
  isFirst: boolean
}) {
  return (
    <label className="field">
      Type {name} to go on
      <input
        type="text"
        data-first={isFirst || undefined}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={({ target }) => onTyped(target.value)}
      />
    </label>
  )
}
