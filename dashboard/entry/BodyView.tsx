import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { sizeText } from '../journal/shown.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { bodyAddress, MOST_SHOWN, readBody } from './bytes.ts'
import { contentOf, type Content, type ViewName } from './content.ts'
import { HexView } from './HexView.tsx'
import { JsonTree } from './JsonTree.tsx'

const TITLES: Record<ViewName, string> = {
  ...{ json: 'JSON', form: 'Form', parts: 'Parts', image: 'Image', text: 'Text', hex: 'Hex' },
}

export interface BodyViewProps {
  id: number
  side: 'request' | 'response'
  length: number
  capture: string
  type: string
}

/** A recorded body as whatever it can be shown as. Nothing of it is ever run or drawn as a document. */
export function BodyView({ id, side, length, capture, type }: BodyViewProps) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['body', id, side],
    queryFn: ({ signal }) => readBody(id, side, signal),
    enabled: length > 0,
    staleTime: Infinity,
  })
  const content = useMemo(
    () => data && contentOf(data.bytes, data.isCoded ? '' : type),
    [data, type],
  )
  const [chosen, choose] = useState<ViewName | null>(null)
  if (length === 0) return <p className="no-body muted">No body</p>
  if (error !== null) return <Failed what="The body" error={error} onRetry={() => void refetch()} />
  if (isPending || content === undefined) return <Loading what="the body" />
  const view = chosen ?? content.views[0]!
  return (
    <div className="body">
      <div className="body-bar">
        <div className="toggles" role="group" aria-label={`The ${side}’s body as`}>
          {content.views.map((one) => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => choose(one)}>
              {TITLES[one]}
            </button>
          ))}
        </div>
        <span className="muted">{sizeText(length)}</span>
        <span className="gap" />
        <a href={bodyAddress(id, side)} download={`entry-${id}-${side}`}>
          Save raw
        </a>
      </div>
      {capture !== 'complete' && <p className="note">Only a part of it was kept: {capture}.</p>}
      {data.isCoded && <p className="note">Its content coding cannot be undone here.</p>}
      {data.isCut && <p className="note">The first {sizeText(MOST_SHOWN)} of it are shown.</p>}
      <BodyAs view={view} content={content} />
    </div>
  )
}

function BodyAs({ view, content }: { view: ViewName; content: Content }) {
  switch (view) {
    case 'json':
      return <JsonTree value={content.json} />
    case 'form':
      return <FormView fields={content.form} />
    case 'parts':
      return <PartsView content={content} />
    case 'image':
      return <ImageView content={content} />
    case 'text':
      return <pre className="text-body">{content.text}</pre>
    case 'hex':
      return <HexView bytes={content.bytes} />
  }
}

function FormView({ fields }: { fields: readonly [string, string][] }) {
  return (
    <dl className="pairs">
      {fields.map(([name, value], i) => (
        // oxlint-disable-next-line react/no-array-index-key -- names may stand there twice
        <div key={i}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function PartsView({ content }: { content: Content }) {
  return (
    <ol className="parts">
      {content.parts.map((part, i) => {
        const inner = contentOf(part.bytes, part.type)
        return (
          // oxlint-disable-next-line react/no-array-index-key -- names may stand there twice
          <li key={i}>
            <p>
              <b>{part.name ?? `part ${i + 1}`}</b>{' '}
              <span className="muted">
                {[part.file, part.type, sizeText(part.bytes.length)].filter(Boolean).join(' · ')}
              </span>
            </p>
            <BodyAs view={inner.views[0]!} content={inner} />
          </li>
        )
      })}
    </ol>
  )
}

function ImageView({ content: { bytes, type } }: { content: Content }) {
  const [address, setAddress] = useState('')
  const [brokenAt, setBrokenAt] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes, type])
  if (brokenAt === address && address !== '') {
    return <p className="note">No image that a browser can show: see its text or its bytes.</p>
  }
  return address === '' ? null : (
    <img
      className="image-body"
      src={address}
      alt="The recorded body"
      onError={() => setBrokenAt(address)}
    />
  )
}
