-- wrk's part of bench/checkin.py: each thread sends the bodies of its own file, each once.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  lines = io.lines(os.getenv("BODIES") .. "/" .. number)
  sent, answered, refused = 0, 0, 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

-- When the file has ended its connections wait with next to nothing for the last answers.
function delay()
  return lines and 0 or 100
end

function request()
  if not tried then
    -- wrk asks each thread once before it begins, and sends nothing of it.
    tried = true
    return wrk.format("GET", "/")
  end
  local body = lines and lines()
  if body == nil then
    lines = nil
    return wrk.format("GET", "/static/xinfeng/mark.svg")
  end
  sent = sent + 1
  return wrk.format(nil, nil, nil, body)
end

function response(status, headers)
  if (headers["cache-control"] or headers["Cache-Control"]) ~= "no-store" then
    if answered == sent then wrk.thread:stop() end
    return
  end
  answered = answered + 1
  if status ~= 200 then refused = refused + 1 end
end

function done(summary, latency)
  local all, no = 0, 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("answered")
    no = no + thread:get("refused")
  end
  print(string.format("answered=%d refused=%d p50=%.1f p99=%.1f", all, no,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
