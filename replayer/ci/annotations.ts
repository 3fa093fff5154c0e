import type { TestCase } from './test-case.ts'

/** A line by which GitHub Actions shows a trouble where its entry stands. */
export function annotation(source: string, { name, line, outcome, detail, differences }: TestCase) {
  const title = `${name}: ${outcome === 'differs' ? 'not as recorded' : 'failed'}`
  const place = [`file=${property(source)}`, ...(line === null ? [] : [`line=${line}`])]
  const text = [detail ?? '', ...differences.slice(0, 10)]
  const lines = [...new Set(text)].filter((one) => one !== '').join('\n')
  return `::error ${[...place, `title=${property(title)}`].join(',')}::${data(lines)}\n`
}

/** Of what went wrong before, or around it. */
export function plainAnnotation(source: string, what: string): string {
  return `::error file=${property(source)},title=reprise::${data(what)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
