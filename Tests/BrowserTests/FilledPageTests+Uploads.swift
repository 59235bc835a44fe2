import Domain
import Foundation
import Store
import TestSupport
import Testing

/// Files of a patch, given and taken away on its page.
extension Visit {
    private static let main = "curl_7.88.1-10+deb12u6_amd64.deb"
    private static let library = "libcurl4_7.88.1-10+deb12u6_amd64.deb"
    private static let dropped = "curl-doc_7.88.1-10+deb12u6_all.deb"

    private var files: [PatchFile] {
        get async throws {
            try await tenant.database.store.patchFiles.list(tenant.patch, tenant: tenant.database.a.id)
        }
    }

    /// A file of so many bytes.
    private func file(_ name: String, _ bytes: Int, in folder: TestFolder) throws -> String {
        let path = "\(folder.path)/\(name)"
        guard FileManager.default.createFile(atPath: path, contents: Data(repeating: 7, count: bytes)) else {
            throw TestFailure("\(path) cannot be written")
        }
        return path
    }

    /// The row of a file that was chosen.
    private func row(_ name: String) -> String {
        "[...document.querySelectorAll('.upload li')].find((row) => row.textContent.includes('\(name)'))"
    }

    private func upload() async throws { try await browser.click(".upload .actions button") }

    func uploads() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await open("/patches/\(tenant.patch)")
        try await wait(for: "or drop them here")
        try await browser.choose(
            ".upload input[type=file]",
            [
                try file(Self.main, 3 << 20, in: folder), try file("notes.deb", 20 << 20, in: folder),
                try file(Self.library, 1000, in: folder),
            ])
        try await wait(for: Self.library)
        try await browser.run(
            """
            const row = \(row(Self.library));
            row.querySelector('[name=sha256]').value = '0'.repeat(64);
            row.querySelector('[name=companion]').click();
            window.sent = [];
            new MutationObserver((changes) => { for (const change of changes) sent.push(change.target.value); })
              .observe(document.querySelector('.upload ul'), { subtree: true, attributeFilter: ['value'] });
            """)
        if Accessibility.isThere { #expect(try await Accessibility().violations(browser) == []) }
        try await pictures("patch-upload", of: "#files")
        try await upload()
        try await wait(for: "1 file is uploaded; 2 are not.")
        let text = try await browser.text
        // The server's own sentences.
        for words in ["NAME_VERSION_ARCHITECTURE.deb, NAME-VERSION", "sha256: what came has", "Files (1)", "3.0 MiB"] {
            #expect(text.contains(words), "\(words)")
        }
        let sent = try await browser.run("return sent").elements.compactMap(\.number)
        #expect(sent.contains(Double(3 << 20)), "\(sent)")
        try await pictures("patch-upload-refused", of: "#files")
        #expect(try await browser.complaints().allSatisfy { $0.contains("status of 400") })

        try await browser.run("\(row("notes.deb")).querySelector('[data-drop]').click()")
        try await browser.run("\(row(Self.library)).querySelector('[name=sha256]').value = ''")
        try await upload()
        try await wait(for: "goes along with the others")
        #expect(
            try await files.map { [$0.name.text, "\($0.isCompanion)"] } == [
                [Self.main, "false"], [Self.library, "true"],
            ])

        try await cancel(folder)
        try await conflict(folder)
        try await remove()
    }

    /// One that is dropped goes up, and one that is on its way is called back.
    private func cancel(_ folder: TestFolder) async throws {
        try await browser.run(
            """
            const dropped = new DataTransfer();
            dropped.items.add(new File(['a package'], '\(Self.dropped)'));
            document.querySelector('.drop').dispatchEvent(
              new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
            """)
        try await upload()
        try await wait(for: "Files (3)")
        try await browser.choose(
            ".upload input[type=file]", [try file("curl-dbg_1_amd64.deb", 30 << 20, in: folder)])
        try await browser.throttle(upload: 64 << 10)
        try await upload()
        try await waitUntil("some of it is sent") {
            try await browser.run("return document.querySelector('.upload li progress').value").number ?? 0 > 0
        }
        try await pictures("patch-upload-progress", of: "#files")
        try await browser.click("[data-cancel]")
        try await wait(for: "It was cancelled.")
        try await wait(for: "Nothing is uploaded.")
        try await browser.throttle(upload: nil)
        #expect(try await files.count == 3)
        try await browser.run("\(row("curl-dbg")).querySelector('[data-drop]').click()")
        #expect(try await browser.complaints() == [])
    }

    private func conflict(_ folder: TestFolder) async throws {
        try await browser.choose(".upload input[type=file]", [try file(Self.main, 5, in: folder)])
        try await upload()
        try await wait(for: "The patch has another file “\(Self.main)”. Remove that one first.")
        #expect(try await browser.complaints().allSatisfy { $0.contains("status of 409") })
    }

    private func remove() async throws {
        try await open("/patches/\(tenant.patch)")
        let form = "tr:has(code[title]):first-child details.confirm"
        try await browser.click("#file-list \(form) summary")
        try await browser.click("#file-list \(form) button")
        try await wait(for: "Files (2)")
        #expect(try await files.map(\.name.text) == [Self.main, Self.library])
        #expect(try await browser.complaints() == [])
    }

    /// One reads how files are given, and takes them away all the same.
    func filesWithoutScripts() async throws {
        try await open("/patches/\(tenant.patch)")
        try await wait(
            for: "Files are uploaded on this page with scripts alone. Without them: garrison patch upload DSA-1-1")
        #expect(try await browser.run("return document.querySelector('.upload').offsetHeight") == 0)
        for count in [1, 0] {
            try await browser.click("#file-list tbody tr:first-child details.confirm summary")
            try await browser.click("#file-list tbody tr:first-child details.confirm button")
            try await wait(for: "Files (\(count))")
        }
        #expect(try await files.isEmpty)
    }
}
