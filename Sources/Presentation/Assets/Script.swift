/// What pages can do better with scripts; each of them works without, but for the upload of files.
enum Script {
    static let text = [base, upload].joined(separator: "\n")

    private static let base = """
        "use strict";
        (() => {
          document.addEventListener("keydown", (event) => {
            if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.target.closest("input, textarea, select")) return;
            const field = document.querySelector("main input[type=search]") || document.querySelector("input[type=search]");
            if (!field) return;
            event.preventDefault();
            field.focus();
            field.select();
          });

          // On a phone the navigation and the tabs are wider than the page.
          for (const link of document.querySelectorAll("nav a[aria-current]")) {
            const box = link.closest("nav");
            const left = link.getBoundingClientRect().left - box.getBoundingClientRect().left;
            box.scrollLeft += left - (box.clientWidth - link.offsetWidth) / 2;
          }

          for (const button of document.querySelectorAll("button[data-copy]")) {
            button.hidden = false;
            button.addEventListener("click", async () => {
              const source = document.getElementById(button.dataset.copy);
              const label = button.lastElementChild;
              try {
                await navigator.clipboard.writeText(source.textContent);
                label.textContent = "Copied";
              } catch {
                getSelection().selectAllChildren(source);
                label.textContent = "Press Ctrl-C";
              }
              setTimeout(() => { label.textContent = "Copy"; }, 2000);
            });
          }

          // A chosen file is put into the text field that it stands for.
          for (const field of document.querySelectorAll("input[type=file][data-into]")) {
            field.closest("label").hidden = false;
            field.addEventListener("change", async () => {
              const file = field.files[0];
              if (file) document.getElementById(field.dataset.into).value = await file.text();
            });
          }

          for (const field of document.querySelectorAll("form.filters select, form.filters input[type=checkbox]")) {
            field.addEventListener("change", () => field.form.requestSubmit());
          }

          // What is under way is asked for until its state is another.
          for (const entry of document.querySelectorAll("[data-watch]")) {
            const ask = async () => {
              try {
                const answer = await fetch(entry.dataset.watch, { headers: { accept: "application/json" } });
                if (answer.ok && String((await answer.json())[entry.dataset.key || "status"]) !== entry.dataset.status) return location.reload();
              } catch { /* The server may be restarting: the next round tells. */ }
              setTimeout(ask, 2000);
            };
            setTimeout(ask, 2000);
          }

          // A deployment as it goes: what it consists of is asked for anew after each event, the page when its status changes.
          const deployment = document.querySelector("[data-deployment]");
          if (deployment) {
            let isAsking = false, isStale = false;
            const refresh = async () => {
              if (isAsking) { isStale = true; return; }
              isAsking = true;
              try {
                const answer = await fetch(location.href);
                const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
                if (next && next.dataset.status !== deployment.dataset.status) return location.reload();
                if (next) deployment.replaceChildren(...next.children);
              } catch { /* The server may be restarting: the next event tells. */ }
              setTimeout(() => { isAsking = false; if (isStale) { isStale = false; refresh(); } }, 1000);
            };
            const events = new EventSource("/api/patches/deployments/" + deployment.dataset.deployment + "/events");
            let isFirst = true;
            const told = () => { if (isFirst) isFirst = false; else refresh(); };
            for (const name of deployment.dataset.events.split(" ")) events.addEventListener(name, told);
            events.addEventListener("error", () => { events.close(); setInterval(refresh, 5000); });
            addEventListener("pagehide", () => events.close());
          }

          const panel = document.querySelector("[data-task]");
          if (panel) follow(panel);

          // Follows a task by its events, and asks for it again and again where events do not arrive.
          function follow(panel) {
            const path = "/api/tasks/" + panel.dataset.task;
            const bar = panel.querySelector("progress");
            const text = panel.querySelector("[data-text]");
            let isOver = false;
            const show = (task) => {
              if (isOver || !task || !task.state) return;
              if (task.state === "queued") text.textContent = "Waiting for a worker …";
              if (task.state === "running") text.textContent = "Scanning …";
              if (task.total > 0) { bar.max = task.total; bar.value = task.progress; }
              if (task.state !== "done" && task.state !== "failed") return;
              isOver = true;
              location.reload();
            };
            const ask = async () => {
              try {
                const answer = await fetch(path, { headers: { accept: "application/json" } });
                if (answer.ok) show(await answer.json());
              } catch { /* The server may be restarting: the next round tells. */ }
              if (!isOver) setTimeout(ask, 1500);
            };
            const events = new EventSource(path + "/events");
            const read = (event) => { try { show(JSON.parse(event.data)); } catch { /* Not about the task. */ } };
            for (const name of ["queued", "running", "done", "failed"]) events.addEventListener(name, read);
            events.addEventListener("error", () => { events.close(); if (!isOver) ask(); });
            addEventListener("pagehide", () => events.close());
          }
        })();
        """
}
