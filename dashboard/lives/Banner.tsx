import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type Epoch } from '../api/client.ts'
import { countText, timeText } from '../journal/shown.ts'
import { doneOf } from '../runs/progress.ts'
import { useMay } from '../session/session.ts'
import { ProblemText } from '../shell/states.tsx'
import { useLivesFollowed, useNewestLives } from './lives.ts'
import { OpenDialog } from './OpenDialog.tsx'
import { RestoreDialog } from './RestoreDialog.tsx'

/** Above every view, while clients of a backend are kept away from it. */
export function Banner() {
  useLivesFollowed()
  const shut = useNewestLives().filter(({ phase }) => phase !== 'open')
  if (shut.length === 0) return null
  return (
    <section className="banners" aria-label="Backends that lost their state">
      {shut.map((life) => (
        <BannerLine key={life.stream} life={life} />
      ))}
    </section>
  )
}

type Opened = 'restore' | 'let in' | null

interface WaysProps {
  life: Epoch
  onOpen: (dialog: Opened) => void
}

function BannerLine({ life }: { life: Epoch }) {
  const { stream, phase, began_at: began, sign } = life
  // Here, so that what is being typed stays when a restore begins or ends meanwhile.
  const [dialog, setDialog] = useState<Opened>(null)
  const close = () => setDialog(null)
  const link = `/state?stream=${encodeURIComponent(stream)}#lives`
  return (
    <div className={`banner ${phase}`}>
      <i aria-hidden="true">{phase === 'failed' ? '×' : '!'}</i>
      <p role="status">
        <b>{stream}</b>{' '}
        {phase === 'failed' ? failedText(life) : `lost its state (${sign}): clients are kept away.`}
      </p>
      {phase === 'restoring' && <Restoring life={life} onOpen={setDialog} />}
      {phase === 'failed' && <WhatToDo life={life} onOpen={setDialog} />}
      {dialog === 'let in' && <OpenDialog life={life} onClose={close} />}
      {dialog === 'restore' && <RestoreDialog life={life} onClose={close} />}
      <span className="since">
        since <time dateTime={began}>{timeText(began)}</time>,{' '}
        <a href={link} onClick={follow}>
          its lives
        </a>
      </span>
    </div>
  )
}

function failedText({ outcome, detail }: Epoch): string {
  const what =
    outcome === 'differs'
      ? 'was restored, but not as it was recorded'
      : 'lost its state, which could not be restored'
  return detail === null ? `${what}.` : `${what}: ${detail}.`
}

function Restoring({ life: { holder, run }, onOpen }: WaysProps) {
  if (holder === null) return <Asked onOpen={onOpen} />
  return (
    <>
      {run === null ? (
        <span>{holder} restores it, and waits for recorders or for the backend.</span>
      ) : (
        <Progress run={run} />
      )}
      <span className="actions">
        <LetIn onOpen={onOpen} />
      </span>
    </>
  )
}

/** How often a run that restores is looked at, in ms. */
const PACE = 1_000

function Progress({ run }: { run: number }) {
  const { data } = useQuery({
    queryKey: ['run', run],
    queryFn: () => answered(api.GET('/api/runs/{id}', { params: { path: { id: run } } })),
    refetchInterval: PACE,
  })
  const done = data === undefined ? 0 : doneOf(data)
  return (
    <span className="restoring">
      <a href={`/runs/${run}`} onClick={follow}>
        Run {run}
      </a>{' '}
      restores it
      {data !== undefined && (
        <>
          :{' '}
          <progress
            max={Math.max(1, data.planned, done)}
            value={done}
            aria-label="How far the restore is"
          />{' '}
          {countText(done)} of {countText(data.planned)}
        </>
      )}
    </span>
  )
}

/** Of one whose restore failed. */
function WhatToDo({ life, onOpen }: WaysProps) {
  const { stream, number, run, by_hand: isByHand } = life
  const mayRetry = useMay('replay')
  const path = { stream, number }
  const retrying = useMutation({
    mutationFn: () =>
      answered(api.POST('/api/streams/{stream}/epochs/{number}/retry', { params: { path } })),
  })
  return (
    <>
      <span>
        {run !== null && (
          <>
            <a href={`/runs/${run}`} onClick={follow}>
              Run {run}
            </a>{' '}
            tells why.{' '}
          </>
        )}
        Put right what it says, and try again.
      </span>
      <span className="actions">
        {mayRetry && isByHand && (
          <button type="button" onClick={() => onOpen('restore')}>
            Try again…
          </button>
        )}
        {mayRetry && !isByHand && (
          <button type="button" disabled={retrying.isPending} onClick={() => retrying.mutate()}>
            Try again
          </button>
        )}
        <LetIn onOpen={onOpen} />
        {retrying.isError && (
          <span className="wrong" role="alert">
            <ProblemText error={retrying.error} />
          </span>
        )}
      </span>
    </>
  )
}

/** Of one that nobody restores by himself. */
function Asked({ onOpen }: Pick<WaysProps, 'onOpen'>) {
  const mayRestore = useMay('replay')
  return (
    <>
      <span>Nobody restores it.</span>
      <span className="actions">
        {mayRestore && (
          <button type="button" onClick={() => onOpen('restore')}>
            Restore it…
          </button>
        )}
        <LetIn onOpen={onOpen} />
      </span>
    </>
  )
}

function LetIn({ onOpen }: Pick<WaysProps, 'onOpen'>) {
  const may = useMay('admin')
  if (!may) return null
  return (
    <button type="button" onClick={() => onOpen('let in')}>
      Let clients in…
    </button>
  )
}
