import { fieldValue } from '../../../wire/fields.ts'
import { Chance } from '../../loop/chance.ts'
import { Doors } from './doors.ts'
import { IdSpace } from './ids.ts'
import { linked, type Id } from './links.ts'
import { json, refused, type Answered, type Asked, type Members } from './message.ts'
import type { SimulatedTime } from './simulated-time.ts'
import { canonical, type Kind, type Thing } from './thing.ts'
import { Uploads } from './uploads.ts'
import { collectionPath, keyOf, type World } from './world.ts'

/** What a request says for itself alone, and is kept as it was said. */
const VALUES = ['quantity', 'year', 'status', 'version', 'pageSize', 'count', 'priority', 'text']

type Made = 'project' | 'item' | 'file' | 'note' | 'export'

/** An application that forgets, and makes up ids. Two of one world differ in nothing but these. */
export class Backend {
  readonly #world: World
  readonly #time: SimulatedTime
  readonly #chance: Chance
  readonly #doors: Doors
  readonly #uploads: Uploads
  readonly #things: Thing[] = []
  readonly #spaces: Record<Made, IdSpace>
  #tags: number

  constructor(world: World, time: SimulatedTime, seed: number) {
    this.#world = world
    this.#time = time
    this.#chance = new Chance(seed)
    this.#doors = new Doors(world, this.#chance)
    this.#uploads = new Uploads(this.#chance)
    const space = (ids: World['ids']['item']) => new IdSpace(ids, world.spelling, this.#chance)
    const { project, item, file } = world.ids
    this.#spaces = {
      ...{ project: space(project), item: space(item), file: space(file) },
      ...{ note: space('count'), export: space('uuid') },
    }
    this.#tags = this.#chance.below(30)
  }

  state(): unknown {
    return { things: canonical(this.#things), users: this.#doors.users }
  }

  async answer(asked: Asked): Promise<Answered> {
    await this.#time.pass(100 + this.#chance.below(20_000))
    return this.#chance.happens(this.#world.overload) ? refused(503) : this.#answer(asked)
  }

  #answer(asked: Asked): Answered {
    const { nouns } = this.#world
    const { method } = asked
    const url = new URL(asked.target, 'http://backend.test')
    const [, top = '', id, below, inner] = url.pathname.split('/').map(decodeURIComponent)
    const body = bodyOf(asked)
    if (top === 'login') return this.#doors.login(body)
    if (!this.#doors.admits(asked)) return refused(401)
    switch (`/${top}`) {
      case '/form':
        return this.#doors.form()
      case '/notes':
        return this.#note(asked, url, body)
      case '/calls':
        return this.#doors.challenge(asked) ?? this.#made('note', body, null)
      case '/uploads':
        return id === undefined ? this.#uploads.begin() : this.#uploads.add(id, asked)
      case '/files':
        return this.#madeFile(body)
      case '/slots':
        return this.#put('slot', id!, asked, url, body)
      case '/docs':
        return this.#put('doc', id!, asked, url, body)
      case '/exports':
        return this.#exported(url, body)
      case collectionPath(nouns.project):
        return id === undefined
          ? this.#made('project', body, null)
          : this.#project(id, method, body)
      case collectionPath(nouns.item):
        if (id === undefined && method === 'GET') return this.#listed(url)
        if (id === undefined) return this.#madeItem(asked, url, body)
        return this.#item(id, below, inner, asked, url, body)
      default:
        return refused(404)
    }
  }

  #note(asked: Asked, url: URL, body: Members): Answered {
    const token = fieldValue(asked.fields, 'x-csrf-token') ?? String(body['csrf_token'])
    const project = this.#linked(asked, url, body)
    if (project === 'unknown' || !this.#doors.takesForm(token)) return refused(403)
    return this.#made('note', body, project?.[0] ?? null)
  }

  #madeFile(body: Members): Answered {
    const text = this.#uploads.take(String(body['upload'] ?? body['location']))
    return text === undefined ? refused(422) : this.#made('file', { ...body, text }, null)
  }

  /** By an id that the client made. */
  #put(kind: 'slot' | 'doc', id: string, asked: Asked, url: URL, body: Members): Answered {
    const project = this.#linked(asked, url, body)
    if (project === 'unknown' || String(body['id']) !== id) return refused(422)
    const known = this.#things.find((one) => one.kind === kind && one.name === id)
    const thing = known ?? this.#make(kind, id, body['id'] as Id, null)
    thing.values = valuesIn(body)
    if (project !== undefined) thing.link = project[0] ?? null
    return this.#changed(thing, known === undefined ? 201 : 200)
  }

  #exported(url: URL, body: Members): Answered {
    const cursor = (body['cursor'] as string | undefined) ?? url.searchParams.get('cursor') ?? ''
    const { after } = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Members
    const item = this.#find('item', after)
    return item === undefined ? refused(422) : this.#made('export', body, item)
  }

  #listed({ searchParams }: URL): Answered {
    const owner = searchParams.get('owner') ?? ''
    const own = this.#things.filter(
      ({ kind, name, state }) =>
        kind === 'item' && state === 'there' && name.startsWith(`${owner}-`),
    )
    const shown = own.slice(0, Number(searchParams.get('limit')))
    const next = JSON.stringify({ after: shown.at(-1)?.id ?? null })
    const items = shown.map(({ id, name }) => ({ id, name }))
    return json(200, { items, next: Buffer.from(next).toString('base64url') })
  }

  #project(id: string, method: string, body: Members): Answered {
    const thing = this.#find('project', id)
    if (thing === undefined) return refused(404)
    if (method === 'DELETE') return this.#deleted(thing)
    Object.assign(thing.values, valuesIn(body))
    return this.#changed(thing, 200)
  }

  #madeItem(asked: Asked, url: URL, body: Members): Answered {
    const projects = this.#linked(asked, url, body)
    if (projects === 'unknown') return refused(422)
    return this.#made('item', body, projects?.[0] ?? null)
  }

  #item(
    id: string,
    below: string | undefined,
    inner: string | undefined,
    asked: Asked,
    url: URL,
    body: Members,
  ): Answered {
    const { method, fields } = asked
    const { nouns } = this.#world
    const item = this.#find('item', id)
    if (item === undefined) return refused(404)
    if (method === 'GET') return this.#shown(item, 200)
    if (below === collectionPath(nouns.task).slice(1)) return this.#task(item, inner, method, body)
    if (method === 'DELETE') return this.#deleted(item)
    if (method === 'PUT' && below === undefined) return this.#replaced(item, fields, body)
    const projects = below === undefined ? this.#linked(asked, url, body) : this.#found([inner!])
    const file = 'fileId' in body ? this.#find('file', body['fileId']) : item.file
    if (projects === 'unknown' || file === undefined) return refused(422)
    item.file = file
    if (projects !== undefined && projects.length === 1) item.link = projects[0]!
    else if (projects !== undefined) item.members = projects
    const limit = url.searchParams.get('limit')
    Object.assign(item.values, valuesIn(body), limit === null ? {} : { limit })
    return this.#changed(item, 200)
  }

  #task(item: Thing, id: string | undefined, method: string, body: Members): Answered {
    const { ids, spelling } = this.#world
    item.partSpace ??= new IdSpace(ids.task, spelling, this.#chance)
    if (id === undefined) {
      const task = this.#make('task', String(body['name']), item.partSpace.next(), item.partSpace)
      task.values = valuesIn(body)
      item.parts.push(task)
      return this.#changed(task, 201)
    }
    const task = item.parts.find((one) => String(one.id) === id)
    if (task === undefined) return refused(404)
    if (method === 'DELETE') {
      item.parts.splice(item.parts.indexOf(task), 1)
      return this.#deleted(task)
    }
    Object.assign(task.values, valuesIn(body))
    return this.#changed(task, 200)
  }

  /** All of it, as the client had read it and changed it. */
  #replaced(item: Thing, fields: Asked['fields'], body: Members): Answered {
    const { nouns } = this.#world
    const condition = fieldValue(fields, 'if-match')
    if (condition !== undefined && condition !== item.tag) return refused(412)
    const link = body[keyOf(`${nouns.project} id`, this.#world)]
    const members = body[keyOf(`${nouns.project} ids`, this.#world)] as Id[]
    const found = this.#found(link === null ? members : [link as Id, ...members])
    const file = body['fileId'] === null ? null : this.#find('file', body['fileId'])
    if (found === 'unknown' || file === undefined || body['id'] !== item.id) return refused(422)
    item.link = link === null ? null : found.shift()!
    Object.assign(item, { file, members: found, values: valuesIn(body) })
    return this.#changed(item, 200)
  }

  #deleted(thing: Thing): Answered {
    for (const one of [thing, ...thing.parts]) {
      one.state = 'gone'
      one.space?.free(one.id)
    }
    return refused(204)
  }

  #linked(asked: Asked, url: URL, body: Members): Thing[] | 'unknown' | undefined {
    const ids = linked(asked, url, body, this.#world.nouns.project, this.#world)
    return ids === undefined ? undefined : this.#found(ids)
  }

  #found(ids: readonly Id[]): Thing[] | 'unknown' {
    const found = ids.map((id) => this.#find('project', id))
    return found.includes(undefined) ? 'unknown' : (found as Thing[])
  }

  #find(kind: Kind, id: unknown): Thing | undefined {
    return this.#things.find(
      (one) => one.kind === kind && one.state === 'there' && String(one.id) === String(id),
    )
  }

  #made(kind: Made, body: Members, link: Thing | null): Answered {
    const space = this.#spaces[kind]
    const thing = this.#make(kind, String(body['name']), space.next(), space)
    thing.values = valuesIn(body)
    thing.link = link
    return this.#changed(thing, 201)
  }

  #make(kind: Kind, name: string, id: Id, space: IdSpace | null): Thing {
    const thing: Thing = {
      ...{ kind, name, id, space, values: {}, link: null, members: [], file: null, parts: [] },
      ...{ partSpace: null, tag: '', createdAt: this.#moment(), state: 'there' },
    }
    this.#things.push(thing)
    return thing
  }

  #changed(thing: Thing, status: 200 | 201): Answered {
    thing.tag = this.#tag()
    return this.#shown(thing, status)
  }

  #shown(thing: Thing, status: 200 | 201): Answered {
    const { kind, id, name, values, link, members, file, createdAt } = thing
    const { nouns, envelope } = this.#world
    const isItem = kind === 'item'
    const path = `${collectionPath(kind in nouns ? nouns[kind as 'item'] : kind)}/${id}`
    const shown = {
      ...{ id, name, ...values },
      [keyOf(`${nouns.project} id`, this.#world)]: link?.kind === 'project' ? link.id : null,
      ...(isItem && {
        [keyOf(`${nouns.project} ids`, this.#world)]: members.map((one) => one.id),
        ...{ fileId: file?.id ?? null, self: path },
      }),
      createdAt,
    }
    const isTop = kind !== 'task'
    return json(status, envelope === 'data' ? { data: shown } : shown, [
      ...(isTop ? ['ETag', thing.tag] : []),
      ...(isTop && status === 201 ? ['Location', path] : []),
    ])
  }

  #tag(): string {
    this.#tags += 1 + this.#chance.below(3)
    if (this.#world.tags === 'number') return `"${this.#tags}"`
    const tag = `"${this.#chance.bytes(8).toString('hex')}"`
    return this.#world.tags === 'weak' ? `W/${tag}` : tag
  }

  #moment(): string {
    return new Date(this.#time.startedAt / 1000 + this.#time.now / 1000).toISOString()
  }
}

function bodyOf({ fields, body }: Asked): Members {
  const type = fieldValue(fields, 'content-type') ?? ''
  if (type.includes('json')) return JSON.parse(body) as Members
  return type.includes('form') ? Object.fromEntries(new URLSearchParams(body)) : {}
}

function valuesIn(body: Members): Members {
  return Object.fromEntries(Object.entries(body).filter(([key]) => VALUES.includes(key)))
}
