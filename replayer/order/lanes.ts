// Lanes, as --lanes writes them:
//
//   /api/devices/:id        a lane for each value of the segment; what is below it belongs to it
//   /:tenant/devices/:id    a lane for each pair of values
//   /api/devices            one lane: the collection, and what is below it
//
// Of several that match, the one with the most segments counts. An entry that none matches has no
// lane: it keeps order with all. So does, where only /api/devices/:id is given, the POST /api/devices
// that makes a device: it waits for all that had been answered before it arrived, and what arrived
// after its answer waits for it. With /api/devices given too, creating is a lane of its own, beside
// the devices; then a request waits for the one that made its device because it uses the id that
// came back, and for nothing else of that lane. In whatever lane, a DELETE waits for those that had
// used what it deletes.
//
// Segments are compared as they were received: percent-encoding is not undone.

export interface LanePattern {
  readonly text: string
  readonly segments: readonly LaneSegment[]
}

type LaneSegment = { kind: 'same'; text: string } | { kind: 'captured' }

/** Throws a RangeError that says what was expected. */
export function parseLanePattern(text: string): LanePattern {
  if (!/^(\/(:?[^/\s:?#*]+))+$/.test(text)) {
    throw new RangeError(`expected a path such as /api/devices/:id, got '${text}'`)
  }
  const segments = text.slice(1).split('/')
  return {
    text,
    segments: segments.map((segment) =>
      segment.startsWith(':') ? { kind: 'captured' } : { kind: 'same', text: segment },
    ),
  }
}

/** A function that answers the lane of a path, or null: `pattern:value`, values with `/` between. */
export function laneFinder(patterns: readonly LanePattern[]): (path: string) => string | null {
  if (patterns.length === 0) return () => null
  const ordered = patterns.toSorted((a, b) => b.segments.length - a.segments.length)
  return (path) => {
    const segments = path.slice(1).split('/')
    for (const pattern of ordered) {
      const values = captured(pattern, segments)
      if (values !== null) return [pattern.text, ...values].join(values.length === 0 ? '' : ':')
    }
    return null
  }
}

function captured(pattern: LanePattern, segments: readonly string[]): string[] | null {
  if (segments.length < pattern.segments.length) return null
  const values: string[] = []
  for (const [i, expected] of pattern.segments.entries()) {
    const segment = segments[i]!
    if (expected.kind === 'captured' && segment !== '') values.push(segment)
    else if (expected.kind === 'captured' || segment !== expected.text) return null
  }
  return values.length === 0 ? [] : [values.join('/')]
}
