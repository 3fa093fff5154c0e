import { useCallback, useState, type ReactNode } from 'react'
import { follow, go, usePlace } from '../address.ts'
import { EntryPage } from '../entry/EntryPage.tsx'
import { JournalPage } from '../journal/JournalPage.tsx'
import { ContrastPage } from '../runs/ContrastPage.tsx'
import { RunPage } from '../runs/RunPage.tsx'
import { RunsPage } from '../runs/RunsPage.tsx'
import { StatePage } from '../state/StatePage.tsx'
import { TrailPage } from '../state/TrailPage.tsx'
import { Connection } from './Connection.tsx'
import { Help } from './Help.tsx'
import { useKeys } from './keys.ts'
import { Nothing } from './states.tsx'
import { nextTheme, ThemeButton, useTheme } from './theme.tsx'

export function App() {
  const { path } = usePlace()
  const [theme, setTheme] = useTheme()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const turn = useCallback(() => setTheme(nextTheme(theme)), [theme, setTheme])
  useKeys({
    '?': () => setHelpOpen(true),
    t: turn,
    'g j': () => go('/'),
    'g r': () => go('/runs'),
    'g s': () => go('/state'),
    'g t': () => go('/trail'),
  })
  return (
    <>
      <a className="skip" href="#content">
        To the content
      </a>
      <header className="bar">
        <a className="brand" href="/" onClick={follow} aria-label="reprise, the journal">
          <img src="/favicon.svg" alt="" width="20" height="20" />
          <span>reprise</span>
        </a>
        <nav aria-label="Views">
          <Tab href="/" isHere={path === '/' || path.startsWith('/entries')} text="Journal" />
          <Tab href="/runs" isHere={path.startsWith('/runs')} text="Runs" />
          <Tab href="/state" isHere={path === '/state' || path === '/trail'} text="State" />
        </nav>
        <span className="gap" />
        <Connection />
        <ThemeButton theme={theme} onTurn={turn} />
        <button
          type="button"
          className="icon"
          onClick={() => setHelpOpen(true)}
          aria-label="Keys and help"
        >
          ?
        </button>
      </header>
      <main id="content" tabIndex={-1}>
        <View path={path} />
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  )
}

function Tab({ href, isHere, text }: { href: string; isHere: boolean; text: string }) {
  return (
    <a href={href} onClick={follow} aria-current={isHere ? 'page' : undefined}>
      {text}
    </a>
  )
}

function View({ path }: { path: string }) {
  const [, run, other] = /^\/runs\/(\d+)\/against\/(\d+)$/.exec(path) ?? []
  if (run !== undefined) {
    const view = <ContrastPage key={path} id={Number(run)} other={Number(other)} />
    return named(`Run ${run} against run ${other}`, view)
  }
  if (path === '/state') return named('State', <StatePage />)
  if (path === '/trail') return named('Audit trail', <TrailPage />)
  const [, place, id] = /^\/(entries|runs)\/(\d+)$/.exec(path) ?? []
  if (path === '/') return named('Journal', <JournalPage />)
  if (path === '/runs') return named('Runs', <RunsPage />)
  if (place === 'entries') return named(`Entry ${id}`, <EntryPage key={id} id={Number(id)} />)
  if (place === 'runs') return named(`Run ${id}`, <RunPage key={id} id={Number(id)} />)
  return named('Nothing', <Nothing title="There is nothing at this address">{path}</Nothing>)
}

/** With its name for who hears the page, and for the tab. */
function named(name: string, view: ReactNode) {
  return (
    <>
      <title>{`${name} · reprise`}</title>
      <h1 className="hidden">{name}</h1>
      {view}
    </>
  )
}
