import { useState } from 'react'
import { Digits } from './content.ts'

/** How many members are shown before somebody asks for more. */
const FEW = 100

/** A JSON value, its objects and arrays to be opened and closed. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div className="json mono">
      <Node value={value} depth={0} />
    </div>
  )
}

function Node({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const members = membersOf(value)
  const [isOpen, setOpen] = useState(depth < 2 || (members?.length ?? 0) < 4)
  const [most, setMost] = useState(FEW)
  const key = name !== undefined && <span className="key">{JSON.stringify(name)}: </span>
  if (members === null) {
    return (
      <div className="node">
        {key}
        <Scalar value={value} />
      </div>
    )
  }
  const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (members.length === 0) {
    return (
      <div className="node">
        {key}
        {left}
        {right}
      </div>
    )
  }
  return (
    <div className="node">
      <button
        type="button"
        className="fold"
        aria-expanded={isOpen}
        aria-label={`${isOpen ? 'Close' : 'Open'} ${name ?? 'value'}`}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? '▾' : '▸'}
      </button>
      {key}
      {left}
      {!isOpen && (
        <span className="muted">
          {' '}
          {members.length} {Array.isArray(value) ? 'items' : 'members'} {right}
        </span>
      )}
      {isOpen && (
        <>
          <div className="members">
            {members.slice(0, most).map(([one, member]) => (
              <Node
                key={one}
                {...(!Array.isArray(value) && { name: one })}
                value={member}
                depth={depth + 1}
              />
            ))}
            {members.length > most && (
              <button type="button" className="more" onClick={() => setMost(most * 5)}>
                {members.length - most} more
              </button>
            )}
          </div>
          {right}
        </>
      )}
    </div>
  )
}

function Scalar({ value }: { value: unknown }) {
  if (value instanceof Digits) return <span className="number">{value.text}</span>
  if (typeof value === 'string') return <span className="text">{JSON.stringify(value)}</span>
  return <span className="word">{String(value)}</span>
}

function membersOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null || value instanceof Digits) return null
  return Object.entries(value)
}
