-- Puts the requests of a file, in an order of chance, and counts the answers that are not as they should be.
-- Started by load.py:  wrk … -s load.lua URL -- FILE
-- Each line of FILE is an address that was answered with something; so an answer without a hit is a fault.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  paths = {}
  for line in io.lines(args[1]) do
    table.insert(paths, line)
  end
  wrk.headers["Connection"] = "close" -- as the proxy of the guide does; connections that stay may all be one worker's
  math.randomseed(os.time() + 1000 * number)
  failed, empty, cut, bytes = 0, 0, 0, 0
  first = ""
end

function request()
  return wrk.format("GET", paths[math.random(#paths)])
end

local function has(body, text)
  return body:find(text, 1, true) ~= nil
end

function response(status, headers, body)
  bytes = bytes + #body
  if status ~= 200 then
    failed = failed + 1
    if first == "" then
      first = status .. " " .. body:sub(1, 200)
    end
  elseif has(body, '"hits": []') or has(body, '"suggestions": []') or has(body, "Nothing found") then
    empty = empty + 1
  elseif not (has(body:sub(-20), "}\n") or has(body:sub(-20), "</html>")) then
    cut = cut + 1
  end
end

function done(summary, latency, requests)
  local sums = { failed = 0, empty = 0, cut = 0 }
  local first = ""
  for _, thread in ipairs(threads) do
    for name, value in pairs(sums) do
      sums[name] = value + thread:get(name)
    end
    if thread:get("first") ~= "" then
      first = thread:get("first")
    end
  end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format(
    'LOAD {"requests": %d, "seconds": %.3f, "p50_ms": %.3f, "p99_ms": %.3f, "worst_ms": %.3f, "bytes": %d, '
      .. '"failed": %d, "empty": %d, "cut": %d, "broken": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, summary.bytes, sums.failed, sums.empty, sums.cut, errors))
  if first ~= "" then
    print("FIRST " .. first:gsub("\n", " "))
  end
end
