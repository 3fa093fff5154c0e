import { fieldOf } from '../multipart-text.ts'
import type { Site, Visit } from '../site.ts'
import { replaced } from '../value-text.ts'
import { JsonStream } from './json-stream.ts'
import { Held, MOST_HELD, type Output, type Rewriter } from './output.ts'

/** The text fields of multipart/form-data (RFC 7578), as `walkMultipart` replaces them; files pass. */
export class MultipartStream implements Rewriter {
  readonly #output: Output
  readonly #visit: Visit
  readonly #delimiter: string
  /** What came and is not read yet. It begins as if behind a line: the first boundary may be the first that comes. */
  #rest = '\r\n'
  #unsent = 2
  #reading: 'part' | 'boundary' | 'head' | 'epilogue' = 'part'
  #part: Part

  constructor(output: Output, boundary: string, visit: Visit) {
    this.#output = output
    this.#visit = visit
    this.#delimiter = `\r\n--${boundary}`
    this.#part = { content: (text) => this.#keep(text), end() {} }
  }

  write(text: string): void {
    this.#rest += text
    while (this.#step() === 'more');
  }

  end(): void {
    // Its last boundary is missing.
    if (this.#reading !== 'epilogue') this.#output.flaw('malformed')
    if (this.#reading === 'part') this.#part.content(this.#rest)
    else this.#keep(this.#rest)
    if (this.#reading === 'part') this.#part.end('cut')
  }

  #step(): 'more' | 'wait' {
    switch (this.#reading) {
      case 'part':
        return this.#content()
      case 'boundary':
        if (this.#rest.length < 2) return 'wait'
        this.#reading = this.#rest.startsWith('--') ? 'epilogue' : 'head'
        return 'more'
      case 'head':
        return this.#head()
      case 'epilogue':
        this.#pass(this.#rest.length)
        return 'wait'
    }
  }

  #content(): 'more' | 'wait' {
    const end = this.#rest.indexOf(this.#delimiter)
    // The end of what came may be the beginning of a boundary.
    const sure = end === -1 ? this.#rest.length - this.#delimiter.length + 1 : end
    if (sure > 0) {
      this.#part.content(this.#rest.slice(0, sure))
      this.#rest = this.#rest.slice(sure)
    }
    if (end === -1) return 'wait'
    this.#part.end('whole')
    this.#pass(this.#delimiter.length)
    this.#reading = 'boundary'
    return 'more'
  }

  #head(): 'more' | 'wait' {
    const end = this.#rest.indexOf('\r\n\r\n')
    const next = this.#rest.indexOf(this.#delimiter)
    const isEmpty = next !== -1 && (end === -1 || next < end)
    if (end === -1 && !isEmpty && this.#rest.length <= MOST_HELD) return 'wait'
    const head = isEmpty || end === -1 ? '' : this.#rest.slice(0, end + 2)
    const field = fieldOf(head)
    this.#part =
      field === null
        ? { content: (text) => this.#keep(text), end() {} }
        : field.as === 'json'
          ? jsonPart(this.#output, this.#visit)
          : textPart(this.#output, field.site, this.#visit)
    // The line end behind the head stays: it may be that of a boundary, where there is no body.
    this.#pass(head.length)
    this.#reading = 'part'
    return 'more'
  }

  #pass(length: number): void {
    this.#keep(this.#rest.slice(0, length))
    this.#rest = this.#rest.slice(length)
  }

  #keep(text: string): void {
    const from = Math.min(this.#unsent, text.length)
    this.#unsent -= from
    this.#output.keep(text.slice(from))
  }
}

/** Takes what stands in a part, with the line end before it. */
interface Part {
  content(text: string): void
  end(how: 'whole' | 'cut'): void
}

function jsonPart(output: Output, visit: Visit): Part {
  const json = new JsonStream(output, visit)
  return { content: (text) => json.write(text), end: () => json.end() }
}

function textPart(output: Output, site: Site, visit: Visit): Part {
  const held = new Held()
  let isLong = false
  return {
    content(text) {
      if (isLong) output.keep(text)
      else held.add(text)
      if (held.length <= MOST_HELD) return
      isLong = true
      output.flaw('long_value')
      output.keep(held.take())
    },
    end(how) {
      const text = held.take()
      if (text.length <= 2 || how === 'cut') {
        output.keep(text)
        return
      }
      const value = text.slice(2)
      output.keep(text.slice(0, 2))
      output.put(value, replaced(value, site, visit))
    },
  }
}
