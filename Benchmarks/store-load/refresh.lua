-- Requests for wrk: each asks about 50 installed snaps, of which 5 have an update; none is asked twice. The snaps are
-- taken from all of the store, the same ones in each run. Environment: SNAPS, how many the store has; CHOICE, `uniform`
-- or `zipf`, where the snap of rank r is asked for 1/r times as often as the first.

local count = tonumber(os.getenv("SNAPS")) or 100000
local choice = os.getenv("CHOICE") or "uniform"
local contexts, updates = 50, 5
local tail = '],"fields":["architectures","base","confinement","created-at","download","epoch","license","name","prices",'
  .. '"private","publisher","revision","snap-id","summary","title","type","version"]}'

local thread_number = 0
function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
end

local logarithm = math.log(count)
local function snap()
  if choice == "uniform" then return math.random(0, count - 1) end
  -- Ranks are spread over the ids: 7919 divides no power of ten.
  return math.floor(math.exp(math.random() * logarithm)) * 7919 % count
end

-- The store is asked for its whole width also when rounds are short: a round does not begin where the last one did.
function init(arguments)
  math.randomseed((tonumber(os.getenv("ROUND")) or 0) * 100 + (number or 0))
  wrk.method, wrk.path = "POST", "/v2/snaps/refresh"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Snap-Device-Architecture"] = "amd64"
  wrk.headers["Snap-Device-Series"] = "16"
  wrk.headers["Snap-Accept-Delta-Format"] = "xdelta3"
  wrk.headers["Snap-Refresh-Reason"] = "scheduled"
end

local context, actions = {}, {}
function request()
  for place = 1, contexts do
    local id = string.format("load%028d", snap())
    local key = id .. place
    context[place] = '{"snap-id":"' .. id .. '","instance-key":"' .. key .. '","revision":'
      .. (place <= updates and 1 or 2) .. ',"tracking-channel":"latest/stable","epoch":{"read":[0],"write":[0]},'
      .. '"refreshed-date":"2026-11-01T10:00:00Z"}'
    actions[place] = '{"action":"refresh","instance-key":"' .. key .. '","snap-id":"' .. id .. '"}'
  end
  return wrk.format(nil, nil, nil,
    '{"context":[' .. table.concat(context, ",") .. '],"actions":[' .. table.concat(actions, ",") .. tail)
end

function done(summary, latency, requests)
  io.write(string.format(
    "%.0f requests/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms, %d requests, %d errors\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, summary.requests,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
