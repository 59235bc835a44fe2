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
