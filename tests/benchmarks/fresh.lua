-- A different query each time, so that no kept page can answer.
local count = 0
local path = nil
function request()
  path = path or wrk.path
  count = count + 1
  local mark = string.find(path, "?", 1, true) and "&" or "?"
  return wrk.format("GET", path .. mark .. "fresh=" .. count)
end
