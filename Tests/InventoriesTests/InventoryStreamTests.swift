import Domain
import Foundation
import Inventories
import Testing

@Suite("Inventories arrive one behind the other")
struct InventoryStreamTests {
    private func read(_ text: String, chunk: Int = 7) throws -> [String] {
        var rest = Array(text.utf8)[...]
        var stream = InventoryStream { _ in
            defer { rest = rest.dropFirst(chunk) }
            return Array(rest.prefix(chunk))
        }
        var hostnames: [String] = []
        while let inventory = try stream.next() { hostnames.append(inventory.hostname) }
        return hostnames
    }

    private func host(_ name: String) -> String { #"{"hostname":"\#(name)","os":{"id":"a","x":"}\"{"}}"# }

    @Test("NDJSON, blank lines and documents without line ends between", arguments: [1, 2, 7, 1_000])
    func many(chunk: Int) throws {
        let text = host("a") + "\n" + host("b") + "\r\n\n" + host("c") + host("d")
        #expect(try read(text, chunk: chunk) == ["a", "b", "c", "d"])
    }

    @Test("a pretty-printed document is one document")
    func pretty() throws {
        let text = String(decoding: completeInventory().json(pretty: true), as: UTF8.self)
        #expect(try read(text + "\n" + text) == ["web-1", "web-1"])
    }

    @Test("an error counts lines from the stream's start")
    func lines() {
        let text = host("a") + "\n" + host("b") + "\n{\"hostname\": 5}\n" + host("c")
        let error = #expect(throws: DocumentError.self) { try read(text) }
        #expect(error?.message.contains("line 3, column 14") == true)
    }

    @Test("something that is no document is told with its line")
    func garbage() {
        let error = #expect(throws: DocumentError.self) { try read(host("a") + "\nhello\n" + host("b")) }
        #expect(error == .malformed(TextPosition(line: 2, column: 1), reason: "expected a value"))
    }

    @Test("a cut-off document is truncated")
    func truncated() {
        let error = #expect(throws: DocumentError.self) { try read(String((host("a") + "\n" + host("b")).dropLast(5))) }
        #expect(error?.code == "document.truncated")
    }

    @Test("no document is an error, not silence")
    func empty() {
        #expect(throws: DocumentError.empty) { try read(" \n ") }
    }

    @Test("an endless document ends at the limit")
    func endless() {
        var stream = InventoryStream(limits: DocumentLimits(documentBytes: 1 << 20)) { size in
            [UInt8](repeating: UInt8(ascii: "["), count: size)
        }
        #expect(throws: DocumentError.tooLarge(limit: 1 << 20)) { try stream.next() }
    }

    private func outcome(_ text: String, chunk: Int = 5, limits: DocumentLimits = .standard) throws -> [String] {
        var rest = Array(text.utf8)[...]
        var stream = InventoryStream(limits: limits) { _ in
            defer { rest = rest.dropFirst(chunk) }
            return Array(rest.prefix(chunk))
        }
        var seen: [String] = []
        while let document = try stream.nextDocument() {
            switch document {
            case .success(let inventory): seen.append(inventory.hostname)
            case .failure(let refused): seen.append("line \(refused.line): \(refused.error.code)")
            }
        }
        return seen
    }

    @Test(
        "behind a document that is refused the stream goes on",
        arguments: [
            ("hello", ["line 2: document.malformed"]), (#"{"hostname":5}"#, ["line 2: document.invalid"]),
            (#"{"hostname":"x","os":{"id":"a""#, ["line 2: document.malformed"]),
            ("]]]", ["line 2: document.malformed"]),
            (#"{"hostname":"x"#, ["line 2: document.malformed"]), ("{}{}", ["line 2: document.invalid"]),
            ("{\n  \"hostname\": 7,\n  \"os\": {}\n}", ["line 2: document.invalid"]),
            ("x\ny\nz", ["line 2: document.malformed"]),
        ])
    func goesOn(bad: String, refusals: [String]) throws {
        let text = host("a") + "\n" + bad + "\n" + host("b") + "\n" + host("c")
        for chunk in [1, 5, 1_000] { #expect(try outcome(text, chunk: chunk) == ["a"] + refusals + ["b", "c"]) }
    }

    @Test("each refusal has its own line")
    func severalRefusals() throws {
        let text = "x\n{\"a\n" + host("a") + "\n{\"b\":[\n{}\n" + host("b") + "\n{\"c"
        #expect(
            try outcome(text) == [
                "line 1: document.malformed", "line 2: document.malformed", "a", "line 4: document.malformed",
                "line 5: document.invalid", "b", "line 7: document.truncated",
            ])
    }

    @Test("documents that never end are given up", .timeLimit(.minutes(10)))
    func unbalanced() throws {
        let text = String(repeating: "{\"a\":{\n", count: 1_000)
        #expect(try outcome(text, chunk: 1 << 20).count == 1_000)
        let limits = DocumentLimits(rereadBytes: text.utf8.count * 3)
        #expect(try outcome(text, chunk: 1 << 20, limits: limits).count == 4)
    }

    @Test("a pipe is read as it comes")
    func pipe() throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data((host("a") + "\n" + host("b")).utf8))
        try pipe.fileHandleForWriting.close()
        var stream = InventoryStream(fileDescriptor: pipe.fileHandleForReading.fileDescriptor)
        #expect(try stream.next()?.hostname == "a")
        #expect(try stream.next()?.hostname == "b")
        #expect(try stream.next() == nil)
    }

    @Test("a descriptor that is not open is unreadable")
    func closed() {
        var stream = InventoryStream(fileDescriptor: -1)
        #expect(throws: DocumentError.unreadable(reason: "Bad file descriptor")) { try stream.next() }
    }
}
