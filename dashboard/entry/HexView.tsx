import { useState } from 'react'

/** How many bytes are shown before somebody asks for more. */
const FEW = 4 * 1024

/** Bytes as places, pairs of digits and characters, sixteen a line. */
export function HexView({ bytes }: { bytes: Uint8Array }) {
  const [most, setMost] = useState(FEW)
  return (
    <>
      <pre className="hex">{hexLines(bytes.subarray(0, most))}</pre>
      {bytes.length > most && (
        <button type="button" className="more" onClick={() => setMost(most * 8)}>
          More
        </button>
      )}
    </>
  )
}

function hexLines(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)]
    const pairs = line.map((byte) => byte.toString(16).padStart(2, '0'))
    const halves = [pairs.slice(0, 8).join(' '), pairs.slice(8).join(' ')].join('  ')
    const text = line.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·'))
    lines.push(`${at.toString(16).padStart(6, '0')}  ${halves.padEnd(48)}  ${text.join('')}`)
  }
  return lines.join('\n')
}
