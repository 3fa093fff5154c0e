import { useCallback, useState } from 'react'
import { follow, go, usePlace } from '../address.ts'
import { EntryPage } from '../entry/EntryPage.tsx'
import { JournalPage } from '../journal/JournalPage.tsx'
import { Banner } from '../lives/Banner.tsx'
import { ReplayPage } from '../replay/ReplayPage.tsx'
import { ContrastPage } from '../runs/ContrastPage.tsx'
import { RunPage } from '../runs/RunPage.tsx'
import { RunsPage } from '../runs/RunsPage.tsx'
import { Account } from '../session/Account.tsx'
import { Door } from '../session/Door.tsx'
import { isSignedOut, useSession } from '../session/session.ts'
import { StatePage } from '../state/StatePage.tsx'
import { TrailPage } from '../state/TrailPage.tsx'
import { Connection } from './Connection.tsx'
import { Help } from './Help.tsx'
import { useKeys } from './keys.ts'
import { named } from './named.tsx'
import { Nothing } from './states.tsx'
import { nextTheme, ThemeButton, useTheme } from './theme.tsx'

export function App() {
  const { path } = usePlace()
  const [theme, setTheme] = useTheme()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const turn = useCallback(() => setTheme(nextTheme(theme)), [theme, setTheme])
  const session = useSession()
  const who = isSignedOut(session.error) ? undefined : session.data
  useKeys({
    '?': () => setHelpOpen(true),
    t: turn,
    // Also before it is known who looks: what has been pressed is not lost.
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
        {who !== undefined && (
          <nav aria-label="Views">
            <Tab href="/" isHere={path === '/' || path.startsWith('/entries')} text="Journal" />
            <Tab href="/runs" isHere={/^\/(runs|replay)/.test(path)} text="Runs" />
            <Tab href="/state" isHere={path === '/state' || path === '/trail'} text="State" />
          </nav>
        )}
        <span className="gap" />
        <Connection />
        {who !== undefined && <Account who={who} />}
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
        <Door session={session}>
          <Banner />
          <View path={path} />
        </Door>
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
  if (path === '/replay') return named('Replay', <ReplayPage />)
  if (path === '/runs') return named('Runs', <RunsPage />)
  if (place === 'entries') return named(`Entry ${id}`, <EntryPage key={id} id={Number(id)} />)
  if (place === 'runs') return named(`Run ${id}`, <RunPage key={id} id={Number(id)} />)
  return named('Nothing', <Nothing title="There is nothing at this address">{path}</Nothing>)
}
