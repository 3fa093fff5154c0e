-- For wrk: sends what a file holds, each request behind its length, in that order, over and over.

local requests = {}

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for line in file:lines() do
    requests[#requests + 1] = file:read(tonumber(line))
  end
  file:close()
end

local last = 0

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"elapsed":%f,"failed":%d}\n', summary.requests,
    summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
