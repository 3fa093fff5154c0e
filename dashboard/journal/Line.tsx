import type { Cell } from '@tanstack/react-table'
import { memo, type ComponentType } from 'react'
import type { features } from './columns.tsx'
import type { Row } from './row.ts'

type RowCell = Cell<typeof features, Row>

export interface LineProps {
  row: Row
  index: number
  /** Of its top and its height, in px. */
  start: number
  size: number
  isAt: boolean
  isChosen: boolean
  /** Of the columns that are shown. */
  tracks: string
  /** Asked for where it is drawn: the table makes them anew whenever other rows are in sight. */
  cellsOf: () => readonly RowCell[]
  Shown: ComponentType<{ cell: RowCell }>
  onChoose: (id: number) => void
}

/**
 * One entry in the list. It is drawn when something of it changed, and not whenever the list moves: fifty
 * rows of ten cells in each frame are more than a frame has time for.
 */
export const Line = memo(DrawnLine, (one, other) =>
  (
    ['row', 'index', 'start', 'size', 'isAt', 'isChosen', 'tracks', 'Shown', 'onChoose'] as const
  ).every((name) => one[name] === other[name]),
)

function DrawnLine(props: LineProps) {
  const { row, index, start, size, isAt, isChosen, cellsOf, Shown, onChoose } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isAt}
      data-index={index}
      className={`line ${row.verdict}`}
      style={{ transform: `translateY(${start}px)`, height: size }}
    >
      <span role="cell">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isChosen}
          onChange={() => onChoose(row.id)}
          aria-label={`Choose entry ${row.id}`}
        />
      </span>
      {cellsOf().map((cell) => (
        <span key={cell.id} role="cell" className={`c-${cell.column.id}`}>
          <Shown cell={cell} />
        </span>
      ))}
    </div>
  )
}
