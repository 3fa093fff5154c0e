# reprise: proxy, replayer, service and simulator in one image; the command says which.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json cli.ts ./
COPY assets assets
COPY dashboard dashboard
COPY aliases aliases
COPY cli cli
COPY telemetry telemetry
COPY wire wire
COPY backend backend
COPY journal journal
COPY proxy proxy
COPY replayer replayer
COPY simulator simulator
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is an optional dependency: the image uses one over the network.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY migrations migrations
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
ENV REPRISE_DATA_DIR=/data
USER node
EXPOSE 8080
# Whatever is served answers on the port it was told to listen on. A proxy answers there as its
# upstream does, so its admin port is asked where it has one. Any answer at all is health: a recorder
# that refuses mutations says so itself, and a restart would not help it. Only one that does not serve
# yet is not there for those who wait for it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.REPRISE_ADMIN_LISTEN || process.env.REPRISE_LISTEN || ':8080').split(':').pop() + '/health').then((answer) => answer.text()).then((text) => process.exit(text.includes('\"state\":\"starting\"') ? 1 : 0), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["--help"]
