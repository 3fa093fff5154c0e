import {
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
} from 'react'

// Fields of a wish. What is typed counts when the field is left, or with Enter, for a plan is made of it; or
// a while after the last key.

type Typing = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'>

export interface FieldProps extends Typing {
  label: string
  value: string
  onSay: (value: string) => void
  /** How long after the last key what is typed counts, in ms. Default: it does not until the field is left. */
  soon?: number
  /** What it means, and what holds without it. */
  children?: ReactNode
}

export function Field({ label, value, onSay, soon, children, ...rest }: FieldProps) {
  const id = useId()
  const [typed, setTyped] = useState(value)
  // What was said from here may come back when more has been typed, which stays.
  const said = useRef(value)
  useEffect(() => {
    if (value !== said.current) setTyped(value)
    said.current = value
  }, [value])
  const say = useCallback(() => {
    if (typed.trim() === value) return
    said.current = typed.trim()
    onSay(said.current)
  }, [typed, value, onSay])
  useEffect(() => {
    if (soon === undefined) return
    const timer = setTimeout(say, soon)
    return () => clearTimeout(timer)
  }, [soon, say])
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        type="text"
        spellCheck={false}
        autoComplete="off"
        aria-describedby={children === undefined ? undefined : `${id}-why`}
        {...rest}
        id={id}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={say}
        onKeyDown={({ key }) => key === 'Enter' && say()}
      />
      {children !== undefined && (
        <p id={`${id}-why`} className="muted">
          {children}
        </p>
      )}
    </div>
  )
}

/** A number, or what holds without one. */
export function NumberField<T extends number | null>({
  value,
  usual,
  onSay,
  ...rest
}: Omit<FieldProps, 'value' | 'onSay'> & {
  value: T
  usual: T
  onSay: (value: number | T) => void
}) {
  return (
    <Field
      {...rest}
      inputMode="decimal"
      value={value === usual || value === null ? '' : String(value)}
      onSay={(text) => {
        const said = Number(text.replace(',', '.'))
        onSay(text === '' || !Number.isFinite(said) ? usual : said)
      }}
    />
  )
}

/** One of a few, each with what it means. */
export function Choice<T extends string>({
  legend,
  value,
  all,
  onSay,
}: {
  legend: string
  value: T
  all: readonly (readonly [value: T, name: string, means: string])[]
  onSay: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {all.map(([one, called, means]) => (
        <label key={one}>
          <input type="radio" name={name} checked={value === one} onChange={() => onSay(one)} />
          <b>{called}</b> <span className="muted">{means}</span>
        </label>
      ))}
    </fieldset>
  )
}
