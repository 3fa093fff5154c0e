import * as grpc from '@grpc/grpc-js'
import { onTestFinished } from 'vitest'

// A service that keeps what it is told, by the library that most services of Node use.

const bytes = {
  requestSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (given: Buffer) => given.toString(),
  responseSerialize: (text: string) => Buffer.from(text),
  responseDeserialize: (given: Buffer) => given.toString(),
}

const method = (name: string, requests: 'one' | 'many', answers: 'one' | 'many') => ({
  ...bytes,
  path: `/shop.Notes/${name}`,
  requestStream: requests === 'many',
  responseStream: answers === 'many',
})

const Notes = {
  Add: method('Add', 'one', 'one'),
  List: method('List', 'one', 'many'),
  AddMany: method('AddMany', 'many', 'one'),
  Chat: method('Chat', 'many', 'many'),
}

export interface NotesService {
  url: string
  notes: string[]
  /** What calls said beside their messages. */
  metadata: grpc.Metadata[]
}

/** `slow` is never answered, `bad` is refused, `broken` fails. Ends with the test. */
export async function startNotes(): Promise<NotesService> {
  const service: NotesService = { url: '', notes: [], metadata: [] }
  const server = new grpc.Server()
  server.addService(Notes, {
    Add(call: grpc.ServerUnaryCall<string, string>, done: grpc.sendUnaryData<string>) {
      service.metadata.push(call.metadata)
      const { request } = call
      if (request === 'slow') return
      if (request === 'bad') done({ code: grpc.status.INVALID_ARGUMENT, details: 'bad: é' })
      else if (request === 'broken') done({ code: grpc.status.INTERNAL, details: 'broken' })
      else {
        service.notes.push(request)
        const trailer = new grpc.Metadata()
        trailer.set('x-count', String(service.notes.length))
        trailer.set('x-raw-bin', Buffer.from([1, 255]))
        done(null, `added ${request.length}`, trailer)
      }
    },
    List(call: grpc.ServerWritableStream<string, string>) {
      for (const note of service.notes) call.write(note)
      call.end()
    },
    AddMany(call: grpc.ServerReadableStream<string, string>, done: grpc.sendUnaryData<string>) {
      const added: string[] = []
      call.on('data', (note: string) => added.push(note))
      call.on('end', () => {
        service.notes.push(...added)
        done(null, String(added.length))
      })
    },
    Chat(call: grpc.ServerDuplexStream<string, string>) {
      call.on('data', (note: string) => call.write(`${note}!`))
      call.on('end', () => call.end())
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure()
    server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
      error === null ? resolve(port) : reject(error),
    )
  })
  onTestFinished(() => server.forceShutdown())
  service.url = `http://127.0.0.1:${port}`
  return service
}

export interface NotesClient {
  add(
    note: string,
    metadata?: grpc.Metadata,
    options?: grpc.CallOptions,
  ): Promise<{ answer: string; status: grpc.StatusObject }>
  list(): Promise<string[]>
  addMany(notes: string[]): Promise<string>
  chat(): grpc.ClientDuplexStream<string, string>
}

/** Rejects with the error of the library. */
export function connectNotes(url: string): NotesClient {
  const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure())
  onTestFinished(() => client.close())
  const { requestSerialize: write, responseDeserialize: read } = bytes
  return {
    add: (note, metadata = new grpc.Metadata(), options = {}) =>
      new Promise((resolve, reject) => {
        let answer = ''
        const call = client.makeUnaryRequest(
          ...([Notes.Add.path, write, read, note, metadata, options] as const),
          (error, value) => {
            if (error !== null) reject(error)
            else answer = value!
          },
        )
        call.on('status', (status) => {
          if (status.code === grpc.status.OK) resolve({ answer, status })
        })
      }),
    async list() {
      const notes: string[] = []
      for await (const note of client.makeServerStreamRequest(
        Notes.List.path,
        write,
        read,
        'all',
      )) {
        notes.push(note as string)
      }
      return notes
    },
    addMany: (notes) =>
      new Promise((resolve, reject) => {
        const call = client.makeClientStreamRequest(
          Notes.AddMany.path,
          write,
          read,
          (error, value) => (error === null ? resolve(value!) : reject(error)),
        )
        for (const note of notes) call.write(note)
        call.end()
      }),
    chat: () => client.makeBidiStreamRequest(Notes.Chat.path, write, read),
  }
}
