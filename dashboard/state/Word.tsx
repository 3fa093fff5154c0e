import { wordOf, type Finding } from './findings.ts'

const TITLES = {
  well: 'All is well',
  look: 'Something wants a look',
  wrong: 'Something is wrong',
} as const

const SIGNS = { well: '✓', look: '!', wrong: '×' } as const

/** The word for all of it, and below it what is not well and what to do. */
export function Word({ findings, isProven }: { findings: readonly Finding[]; isProven: boolean }) {
  const word = wordOf(findings)
  return (
    <section className={`word ${word}`} aria-labelledby="word">
      <div role="status">
        <h2 id="word">
          <i aria-hidden="true">{SIGNS[word]}</i> {TITLES[word]}
        </h2>
      </div>
      {word === 'well' && (
        <p className="muted">
          {isProven
            ? 'Every mutation that was forwarded is accounted for.'
            : 'As far as a look tells: the sum, which proves that nothing is missing, was not made up yet.'}
        </p>
      )}
      {findings.length > 0 && (
        <ul>
          {findings.map(({ level, what, todo, at }) => (
            <li key={what} className={level}>
              <b>{at === undefined ? what : <a href={`#${at}`}>{what}</a>}.</b> {todo}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
