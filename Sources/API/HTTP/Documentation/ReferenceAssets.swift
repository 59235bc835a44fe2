/// The style and the script of the ``ReferencePage``: files of their own, because the page's policy
/// allows nothing inline.
enum ReferenceAssets {
    static let css = """
        :root { color-scheme: light dark; --text: #1b1f24; --ground: #ffffff; --soft: #f3f4f6; --line: #d0d7de; --accent: #0b5cad; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e6edf3; --ground: #0d1117; --soft: #161b22; --line: #30363d; --accent: #79b8ff; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
          display: grid; grid-template: auto 1fr / minmax(14rem, 20rem) minmax(0, 1fr); }
        header { grid-column: 1 / -1; padding: 1rem 2rem; border-bottom: 1px solid var(--line); }
        h1 small { font-weight: normal; font-size: 1rem; }
        nav { padding: 1rem 2rem; border-right: 1px solid var(--line); }
        nav ul { list-style: none; padding: 0; }
        nav h2 { font-size: 1rem; }
        main { padding: 1rem 2rem; max-width: 60rem; }
        article { border-top: 1px solid var(--line); padding: 1rem 0; }
        a { color: var(--accent); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem; }
        .method { color: var(--accent); font-weight: bold; }
        pre { background: var(--soft); padding: .75rem; overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        label { display: block; margin-top: .5rem; }
        input, textarea, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
          padding: .35rem .6rem; border-radius: 4px; }
        input, textarea { width: 100%; max-width: 40rem; }
        textarea { font-family: monospace; }
        button { display: block; margin-top: .75rem; background: var(--soft); }
        output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; font-family: monospace; margin-top: .75rem; }
        @media (max-width: 50rem) { body { display: block; } nav { border-right: 0; } }

        """

    static let script = """
        "use strict";
        for (const form of document.querySelectorAll("form.try")) {
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const output = form.querySelector("output");
            const query = new URLSearchParams();
            let path = form.dataset.path;
            for (const input of form.querySelectorAll("input")) {
              if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
              else if (input.value !== "") query.set(input.name, input.value);
            }
            const body = form.querySelector("textarea");
            const token = document.getElementById("token").value.trim();
            const headers = {};
            if (token) headers["Authorization"] = `Bearer ${token}`;
            if (body) headers["Content-Type"] = form.dataset.type;
            const csrf = document.querySelector('meta[name="csrf-token"]');
            if (csrf) headers["X-CSRF-Token"] = csrf.content;
            output.textContent = "Sending…";
            try {
              const search = query.toString();
              const response = await fetch(search ? `${path}?${search}` : path, {
                method: form.dataset.method, headers, body: body ? body.value : undefined,
              });
              let text = await response.text();
              try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: shown as it came */ }
              output.textContent = `${response.status} ${response.statusText}\\n${text}`;
            } catch (error) {
              output.textContent = `The request did not get through: ${error.message}`;
            }
          });
        }
        for (const form of document.querySelectorAll("#credentials")) {
          form.addEventListener("submit", (event) => event.preventDefault());
        }

        """
}
