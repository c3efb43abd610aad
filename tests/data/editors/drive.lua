-- Does in Neovim what somebody does with a review, and writes down as JSON what Neovim shows of it.
local seen = {}

local function keys(text)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(text, true, false, true), "n", false)
end

local function pause(milliseconds)
  local running = coroutine.running()
  vim.defer_fn(function()
    coroutine.resume(running)
  end, milliseconds)
  coroutine.yield()
end

local function wait_until(done)
  local finish = vim.loop.now() + 20000
  while not done() and vim.loop.now() < finish do
    pause(50)
  end
end

local function line(number)
  return vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1]
end

local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return window
    end
  end
end

local function virtual_text(name)
  local found = {}
  for key, space in pairs(vim.api.nvim_get_namespaces()) do
    if key:find(name, 1, true) then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
        for _, chunks in ipairs(mark[4].virt_lines or { mark[4].virt_text or {} }) do
          for _, chunk in ipairs(chunks) do
            if chunk[1]:match("%S") then
              table.insert(found, chunk[1])
            end
          end
        end
      end
    end
  end
  return found
end

local function act()
  vim.cmd("edit pir/INC-003.yaml")
  wait_until(function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.findings = vim.tbl_map(function(one)
    return { one.lnum + 1, one.code, one.severity }
  end, vim.diagnostic.get(0))

  vim.api.nvim_win_set_cursor(0, { 2, 2 })
  wait_until(function() -- a cursor that was just moved may close the window again
    vim.lsp.buf.hover()
    pause(300)
    return floating()
  end)
  seen.hover = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(floating()), 0, -1, false)
  vim.api.nvim_win_close(floating(), true)

  vim.ui.select = function(items, options, choose)
    seen.choices = vim.tbl_map(options.format_item, items)
    choose(items[1], 1)
  end
  vim.lsp.buf.code_action()
  wait_until(function()
    return line(2) ~= "severity: p1"
  end)
  seen.mended = line(2)

  keys("a<Esc>")
  wait_until(function()
    return table.concat(virtual_text("codelens")):find("target")
  end)
  seen.lenses = virtual_text("codelens")

  vim.fn.append("$", "related: []")
  wait_until(function() -- the incidents are known when all files are read
    keys("G0Crelated: [INC-0<C-x><C-o>")
    pause(500)
    keys("<Esc>")
    pause(50)
    return vim.endswith(line(vim.fn.line("$")), "INC-001")
  end)
  seen.related = line(vim.fn.line("$"))

  local row = vim.fn.search("^  owner:")
  -- before 0.11 what is typed has to begin as what is written, which is in quotes
  local typed = vim.fn.has("nvim-0.11") == 1 and "owner: @pla" or "owner: "
  wait_until(function()
    keys(row .. "GS" .. typed .. "<C-x><C-o>")
    pause(500)
    keys("<Esc>")
    pause(50)
    return line(row):find("platform")
  end)
  seen.completed = line(row)
end

local acting = coroutine.create(function()
  local is_done, problem = pcall(act)
  seen.problem = not is_done and problem or nil
  vim.fn.writefile({ vim.fn.json_encode(seen) }, "seen.json")
  vim.cmd("qall!")
end)
coroutine.resume(acting)
