import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { askAgain } from '../session/session.ts'

/** How things stand with a stream of events. */
export type Link = 'opening' | 'open' | 'lost'

/** After how long one that was refused is asked for again, in ms. */
const AGAIN = 4_000

/**
 * Listens to one kind of event of an address, as long as there is one. A stream that breaks is opened
 * again by the browser, from where it was; one that the service refuses, by this.
 */
export function useEvents(
  address: string | null,
  kind: string,
  onData: (data: string) => void,
): Link {
  const queries = useQueryClient()
  const [link, setLink] = useState<Link>('opening')
  const latest = useRef(onData)
  useLayoutEffect(() => {
    latest.current = onData
  })
  useEffect(() => {
    if (address === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let source: EventSource
    const open = () => {
      source = new EventSource(address)
      source.addEventListener('open', () => setLink('open'))
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => latest.current(data))
      source.addEventListener('error', () => {
        setLink('lost')
        if (source.readyState !== EventSource.CLOSED) return
        // It does not tell why. The session tells whether it is for want of one.
        askAgain(queries)
        timer = setTimeout(open, AGAIN)
      })
    }
    open()
    return () => {
      clearTimeout(timer)
      source.close()
      setLink('opening')
    }
  }, [address, kind, queries])
  return link
}
