// Places in JSON, as rules name them: RFC 6901, where the step `*` is any one step and `**` any number
// of them. What is below a place belongs to it: `/a` is `/a/b` too.

export interface PointerPattern {
  text: string
  steps: readonly string[]
}

/** Throws a RangeError that says what was expected. */
export function parsePointerPattern(text: string): PointerPattern {
  if (!/^(\/([^~]|~[01])*)?$/.test(text)) {
    throw new RangeError(
      `expected a JSON pointer (RFC 6901) such as /items/*/updatedAt, got '${text}'`,
    )
  }
  const steps = text.split('/').slice(1)
  return { text, steps: steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) }
}

export function pointerTo(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Whether the place is the one of the pattern. */
export function isAt({ steps: wanted }: PointerPattern, steps: readonly string[]): boolean {
  return matchesFrom(wanted, 0, steps, 0, 'there')
}

/** Whether the place is the one of the pattern or below it. */
export function isWithin({ steps: wanted }: PointerPattern, steps: readonly string[]): boolean {
  return matchesFrom(wanted, 0, steps, 0, 'there or below')
}

function matchesFrom(
  wanted: readonly string[],
  i: number,
  steps: readonly string[],
  j: number,
  end: 'there' | 'there or below',
): boolean {
  for (; i < wanted.length; i++, j++) {
    if (wanted[i] === '**') {
      for (let next = j; next <= steps.length; next++) {
        if (matchesFrom(wanted, i + 1, steps, next, end)) return true
      }
      return false
    }
    if (j >= steps.length || (wanted[i] !== '*' && wanted[i] !== steps[j])) return false
  }
  return end === 'there or below' || j === steps.length
}
