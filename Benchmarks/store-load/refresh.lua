-- Requests for wrk: each asks about 50 installed snaps, of which 5 have an update. The snaps are taken at random, the
-- same ones in each run. Environment: SNAPS, how many the store has.

local count = tonumber(os.getenv("SNAPS")) or 100000
local contexts, updates, bodies = 50, 5, 256
local fields = '["architectures","base","confinement","created-at","download","epoch","license","name","prices",'
  .. '"private","publisher","revision","snap-id","summary","title","type","version"]'

local thread_number = 0
function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
end

local prepared = {}
local at = 0

function init(arguments)
  math.randomseed(1234 + (number or 0))
  for index = 1, bodies do
    local context, actions = {}, {}
    for place = 1, contexts do
      local id = string.format("load%028d", math.random(0, count - 1))
      local key = id .. place
      local revision = place <= updates and 1 or 2
      context[place] = string.format(
        '{"snap-id":"%s","instance-key":"%s","revision":%d,"tracking-channel":"latest/stable",'
          .. '"epoch":{"read":[0],"write":[0]},"refreshed-date":"2026-11-01T10:00:00Z"}', id, key, revision)
      actions[place] = string.format('{"action":"refresh","instance-key":"%s","snap-id":"%s"}', key, id)
    end
    local body = '{"context":[' .. table.concat(context, ",") .. '],"actions":[' .. table.concat(actions, ",")
      .. '],"fields":' .. fields .. '}'
    prepared[index] = wrk.format("POST", "/v2/snaps/refresh", {
      ["Content-Type"] = "application/json", ["Snap-Device-Architecture"] = "amd64", ["Snap-Device-Series"] = "16",
      ["Snap-Accept-Delta-Format"] = "xdelta3", ["Snap-Refresh-Reason"] = "scheduled",
    }, body)
  end
end

function request()
  at = at % bodies + 1
  return prepared[at]
end

local failures = 0
function response(status, headers, body)
  if status ~= 200 then failures = failures + 1 end
end

function done(summary, latency, requests)
  io.write(string.format(
    "%.0f requests/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms, %d requests, %d errors\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, summary.requests,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
