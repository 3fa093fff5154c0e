import { closeSync, openSync, writeSync } from 'node:fs'
import { wholeFile } from '../../journal/files/whole-file.ts'
import { codeOf, messageOf, Problem } from '../../journal/problem.ts'
import { NO_TESTS, counting, type TestCase, type TestSums } from './test-case.ts'

// A report as JUnit's Ant task writes it, in the parts of it that GitHub, GitLab and Jenkins read. Cases are
// written as they come; the sums, which stand before them, go into room that was left for them.

const ROOM = 120
const BLANK = ' '.repeat(ROOM)

export interface JUnitReport {
  add(one: TestCase): void
  /** There from now on. */
  close(seconds: number): void
}

/** `source`: the journal file. Throws a Problem where it cannot be written. */
export function openJUnit(file: string, source: string): JUnitReport {
  const { path, mode, kind, done } = usable(file, () => wholeFile(file))
  if (kind === 'stream') throw unusable(file, 'it is no file that can be gone back in')
  const to = usable(file, () => openSync(path, 'w', mode))
  let sums = NO_TESTS
  const suites = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="reprise"'
  const suite = `>\n  <testsuite name="${escaped(source)}"`
  // Where the sums go; there are several suites in a report of others, so both have them.
  const places = [suites.length, Buffer.byteLength(suites + BLANK + suite)]
  let waiting = `${suites}${BLANK}${suite}${BLANK}>\n`
  const flush = () => {
    usable(file, () => writeSync(to, waiting))
    waiting = ''
  }
  return {
    add(one) {
      sums = counting(sums, one)
      waiting += caseXml(one, source)
      if (waiting.length > 64 * 1024) flush()
    },
    close(seconds) {
      waiting += '  </testsuite>\n</testsuites>\n'
      flush()
      usable(file, () => {
        for (const at of places) writeSync(to, sumsXml({ ...sums, seconds }), at)
        closeSync(to)
        done()
      })
    },
  }
}

function sumsXml({ same, differs, error, skipped, seconds }: TestSums): string {
  const tests = same + differs + error + skipped
  const sums = { tests, failures: differs, errors: error, skipped, time: seconds.toFixed(3) }
  return Object.entries(sums)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('')
}

function caseXml(one: TestCase, source: string): string {
  const { name, line, outcome, detail, differences, seconds } = one
  const place = line === null ? '' : ` file="${escaped(source)}" line="${line}"`
  const head =
    `    <testcase classname="${escaped(source)}" name="${escaped(name)}"${place} ` +
    `time="${seconds.toFixed(3)}"`
  if (outcome === 'same') return `${head}/>\n`
  const message = escaped(detail ?? outcome)
  const kind = { differs: 'failure', error: 'error', skipped: 'skipped' }[outcome]
  const text = escaped(differences.join('\n'))
  const type = outcome === 'skipped' ? '' : ` type="${outcome}"`
  return `${head}>\n      <${kind} message="${message}"${type}>${text}</${kind}>\n    </testcase>\n`
}

/** As XML 1.0 can hold it: there are characters that it has no way to write. */
function escaped(text: string): string {
  return text
    .replaceAll(NO_XML, '\uFFFD')
    .replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const NO_XML =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

function usable<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    throw unusable(file, messageOf(error), error)
  }
}

function unusable(file: string, why: string, cause?: unknown): Problem {
  return new Problem('file_unusable', `${file}: ${why}`, {
    ...{ source: 'user', cause },
    hint: 'name a file in a folder that is there and can be written to',
  })
}
