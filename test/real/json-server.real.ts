import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startBackend } from './backend.ts'
import { npmProgram } from './npm-program.ts'
import { restored } from './restored.ts'

const database = await createDatabase()

interface Thing {
  id: number
  title: string
  [key: string]: unknown
}
type State = Record<'posts' | 'comments' | 'tags', Thing[]>

/**
 * What json-server keeps, with every id of it replaced by the title of what it names: the same before
 * and after, if all is there and means the same.
 */
async function stateOf(url: string): Promise<unknown> {
  const state = (await (await fetch(`${url}/db`)).json()) as State
  const named = (list: Thing[]) => new Map(list.map((one) => [one.id, one.title]))
  const names = { posts: named(state.posts), comments: named(state.comments) }
  const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1)
  return {
    posts: state.posts.map(withoutId).toSorted(byTitle),
    comments: state.comments
      .map(({ postId, ...one }) => ({ ...withoutId(one), post: names.posts.get(postId as number) }))
      .toSorted(byTitle),
    tags: state.tags
      .map(({ comment, ...tag }) => ({
        ...withoutId(tag),
        comment: names.comments.get(comment as number),
      }))
      .toSorted(byTitle),
  }
}

function withoutId(thing: Record<string, unknown>): Titled {
  return Object.fromEntries(Object.entries(thing).filter(([key]) => key !== 'id')) as Titled
}

type Titled = Record<string, unknown> & { title: string }

const EMPTY = { posts: [], comments: [], tags: [] }

/** One client: it makes things, refers to them by the ids it was given, changes some, deletes some. */
async function client(url: string, name: string): Promise<void> {
  const send = async (method: string, path: string, body?: object): Promise<Thing> => {
    const answer = await fetch(url + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    expect(answer.ok, `${method} ${path}`).toBe(true)
    return (await answer.json()) as Thing
  }
  for (let i = 0; i < 6; i++) {
    const title = `${name} post ${i}`
    // A count that may well be the number of some post.
    const post = await send('POST', '/posts', { title, views: i + 1, quantity: 2 * i })
    const comment = await send('POST', '/comments', {
      title: `on ${title}`,
      postId: post.id,
      stars: i,
    })
    const gone = await send('POST', '/comments', { title: `gone ${title}`, postId: post.id })
    await send('PATCH', `/posts/${post.id}`, { views: 17 + i })
    await send('PUT', `/comments/${comment.id}`, { ...comment, title: `about ${title}`, stars: 3 })
    const tag = await send('POST', '/tags', {
      title: `tag ${title}`,
      comment: comment.id,
      weight: 5,
    })
    await send('DELETE', `/comments/${gone.id}`)
    if (i % 3 !== 2) continue
    // Its comments go with a post, and their ids are given again: a tag that stayed would name whatever came next.
    await send('DELETE', `/tags/${tag.id}`)
    await send('DELETE', `/posts/${post.id}`)
  }
}

test('json-server: what twenty clients did at once is there again after a wipe', async () => {
  const programs = await npmProgram('json-server', '0.17.4')
  const file = join(emptyFolder(), 'db.json')
  await restored({
    ...{ database, stream: 'posts', state: stateOf },
    async begin(port) {
      await writeFile(file, JSON.stringify(EMPTY))
      const command = (at: number) =>
        [join(programs, 'json-server'), '--port', String(at), '--quiet', file] as const
      return startBackend(command, { ready: '/db', ...(port && { port }) })
    },
    async drive(url) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => client(url, `client ${i}`)))
    },
  })
})
