extension Script {
    /// The upload of files: one after the other, as they lie on the disk; each says how far it is and what became of it.
    static let upload = """
        (() => {
          const form = document.querySelector("form[data-upload]");
          if (!form) return;
          const field = form.querySelector("input[type=file]"), area = form.querySelector(".drop");
          const list = form.querySelector("ul"), template = form.querySelector("template");
          const actions = form.querySelector(".actions"), cancel = form.querySelector("[data-cancel]");
          const status = form.querySelector("[role=status]");
          const files = new Map();
          let request = null, isBusy = false, isCancelled = false;
          form.hidden = false;

          const draw = () => {
            actions.hidden = files.size === 0;
            actions.firstElementChild.hidden = isBusy;
            cancel.hidden = !isBusy;
            for (const control of [field, ...list.querySelectorAll("input, button")]) control.disabled = isBusy;
          };
          const leaveOut = (row) => { files.delete(row); row.remove(); draw(); };
          const complain = (row, sentence) => {
            const problem = row.querySelector(".problem");
            problem.textContent = sentence || "";
            problem.hidden = !sentence;
            row.querySelector("progress").hidden = true;
            row.querySelector("[data-state]").textContent = "";
          };
          const size = (bytes) => bytes < 1048576
            ? Math.ceil(bytes / 1024) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";

          const add = (chosen) => {
            if (isBusy) return;
            status.textContent = "";
            for (const file of chosen) {
              for (const [row, other] of files) if (other.name === file.name) leaveOut(row);
              const row = template.content.firstElementChild.cloneNode(true);
              row.querySelector("legend").textContent = file.name + " (" + size(file.size) + ")";
              row.querySelector("progress").setAttribute("aria-label", "What is uploaded of " + file.name);
              row.querySelector("[data-drop]").addEventListener("click", () => leaveOut(row));
              list.append(row);
              files.set(row, file);
            }
            draw();
          };
          field.addEventListener("change", () => { add([...field.files]); field.value = ""; });
          const hasFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
          for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
            form.addEventListener(name, (event) => {
              if (!hasFiles(event)) return;
              event.preventDefault();
              area.classList.toggle("over", name === "dragenter" || name === "dragover");
              if (name === "drop") add([...event.dataTransfer.files]);
            });
          }

          // What the server says of it; null when it has the file.
          const send = (row, file) => new Promise((settle) => {
            if (file.size > Number(form.dataset.largest)) return settle(form.dataset.tooLarge);
            const bar = row.querySelector("progress"), state = row.querySelector("[data-state]");
            const query = new URLSearchParams({ name: file.name });
            const digest = row.querySelector("[name=sha256]").value.trim();
            if (digest) query.set("sha256", digest);
            if (row.querySelector("[name=companion]").checked) query.set("companion", "true");
            request = new XMLHttpRequest();
            request.open("POST", form.dataset.upload + "?" + query);
            request.setRequestHeader("Content-Type", "application/octet-stream");
            request.setRequestHeader("Accept", "application/json");
            request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
            bar.max = Math.max(file.size, 1);
            bar.value = 0;
            bar.hidden = false;
            const show = (sent) => {
              bar.value = sent;
              state.textContent = sent < file.size
                ? size(sent) + " of " + size(file.size) : "All of it is sent; the server looks at it …";
            };
            show(0);
            request.upload.addEventListener("progress", (event) => show(event.loaded));
            request.addEventListener("load", (event) => {
              if (event.target.status === 201) return settle(null);
              let sentence;
              try { sentence = JSON.parse(event.target.responseText).detail; } catch { /* Something else has answered. */ }
              settle(sentence || "The server answered with " + event.target.status + ".");
            });
            request.addEventListener("abort", () => settle("It was cancelled."));
            request.addEventListener("error", () => settle(
              "The connection broke before the server answered. Upload it again: a file that is there already stays as it is."));
            request.send(file);
          });

          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            if (isBusy || files.size === 0) return;
            [isBusy, isCancelled] = [true, false];
            status.textContent = "";
            draw();
            let done = 0;
            for (const [row, file] of [...files]) {
              complain(row, null);
              const sentence = await send(row, file);
              if (sentence) complain(row, sentence); else { done += 1; leaveOut(row); }
              if (isCancelled) break;
            }
            request = null;
            if (done > 0) await refresh();
            isBusy = false;
            draw();
            const rest = files.size === 0 ? "." : "; " + files.size + (files.size === 1 ? " is not." : " are not.");
            status.textContent = done === 0 ? "Nothing is uploaded."
              : (done === 1 ? "1 file is" : done + " files are") + " uploaded" + rest;
          });
          cancel.addEventListener("click", () => { isCancelled = true; if (request) request.abort(); });
          addEventListener("beforeunload", (event) => { if (isBusy) event.preventDefault(); });

          // The list of what is there, as the server writes it.
          const refresh = async () => {
            try {
              const answer = await fetch(location.href);
              const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("file-list");
              if (next) document.getElementById("file-list").replaceChildren(...next.children);
            } catch { /* The list is as it was; the files are there. */ }
          };
        })();
        """
}
