/** Buttons of which any number is pressed: words in a list with commas. */
export function Toggles({
  name,
  all,
  on = '',
  onToggle,
}: {
  name: string
  all: readonly string[]
  on: string | undefined
  onToggle: (one: string) => void
}) {
  const pressed = on.split(',')
  return (
    <div className="toggles" role="group" aria-label={name}>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          className={`t-${one}`}
          aria-pressed={pressed.includes(one)}
          onClick={() => onToggle(one)}
        >
          {one.replaceAll('_', ' ')}
        </button>
      ))}
    </div>
  )
}
