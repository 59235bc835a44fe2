import API
import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import NIOCore
import Objects
import Store

/// Which patch's files a command is about.
struct PatchFileOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Argument(help: "The patch's number or its id.") var patch: String

    func withPatch<Answer>(
        _ body: (PatchShelf, Store, PatchID, Principal) async throws -> Answer
    ) async throws -> Answer {
        let configuration = try database.configuration()
        let (objects, limit) = (try configuration.objectStore, try configuration.largestPatchFile)
        do {
            let answer = try await database.withTenant(tenant) { store, tenant in
                try await body(
                    PatchShelf(store: store, objects: objects, largest: limit), store,
                    try await store.patches.named(patch), Operator.principal(of: tenant))
            }
            await objects.close()
            return answer
        } catch {
            await objects.close()
            throw error
        }
    }
}

/// `garrison patch upload`: files that agents install instead of what their repositories have.
struct PatchUploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "Give packages' files for a patch: agents install them.",
        discussion: """
            Each file has the name that its package manager gives it: NAME_VERSION_ARCHITECTURE.deb, \
            NAME-VERSION-RELEASE.ARCHITECTURE.rpm or NAME-VERSION-rRELEASE.apk. Run it as the server's user where files are \
            kept in a folder.
            """)

    @OptionGroup var options: PatchFileOptions
    @Argument(help: "The files.") var files: [String]
    @Option(help: "The SHA-256 that the one file has to have.") var sha256: String?
    @Flag(help: "They go along with the patch's packages, installed or not: something that these newly need.")
    var companion = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name a file.") }
        if sha256 != nil, files.count > 1 { throw ValidationError("--sha256 is of one file.") }
    }

    func run() async throws {
        let (kept, failure) = try await options.withPatch { shelf, _, patch, principal in
            var kept: [PatchFile] = []
            do {
                for path in files {
                    let name = path.split(separator: "/").last.map(String.init) ?? path
                    let request = PatchShelf.Request(
                        name: name, patch: patch, sha256: sha256, isCompanion: companion, principal: principal)
                    kept.append(try await shelf.keep(try FilePieces(path), request))
                }
            } catch {
                return (kept, error as (any Error)?)
            }
            return (kept, nil)
        }
        // What went up before one failed is there.
        if json, failure == nil || !kept.isEmpty { try Console.printJSON(kept.map(PatchFileLine.init)) }
        if !json { for file in kept { Console.print("\(file.sha256)  \(file.name.text)") } }
        if let failure { throw failure }
    }
}

/// `garrison patch files`: which there are.
struct PatchFilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files", abstract: "List the files that were given for a patch.")

    @OptionGroup var options: PatchFileOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let files = try await options.withPatch { _, store, patch, principal in
            try await store.patchFiles.list(patch, tenant: principal.tenant)
        }
        if json { return try Console.printJSON(files.map(PatchFileLine.init)) }
        if files.isEmpty { return Console.note("No files were given for this patch.") }
        let rows = files.map {
            [
                $0.name.text, "\($0.bytes)", $0.sha256, $0.isCompanion ? "yes" : "no", Moment.second($0.uploadedAt),
                $0.uploadedBy,
            ]
        }
        Console.print(Columns.text(["FILE", "BYTES", "SHA-256", "COMPANION", "UPLOADED", "BY"], rows))
    }
}

/// `garrison patch remove-file`.
struct PatchRemoveFileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-file", abstract: "Remove a file that was given for a patch.")

    @OptionGroup var options: PatchFileOptions
    @Argument(help: "Its name or its id.") var file: String

    func run() async throws {
        try await options.withPatch { shelf, store, patch, principal in
            let files = try await store.patchFiles.list(patch, tenant: principal.tenant)
            guard let known = files.first(where: { $0.name.text == file || $0.id.description == file }) else {
                throw CommandError.problem("the patch has no file “\(file)”.")
            }
            try await shelf.remove(known.id, of: patch, by: principal)
        }
    }
}

/// A file as `--json` prints it.
private struct PatchFileLine: Encodable {
    let id: PatchFileID
    let name: String
    let sha256: String
    let bytes: Int64
    let companion: Bool
    let uploadedBy: String
    let uploadedAt: Date

    init(_ file: PatchFile) {
        id = file.id
        name = file.name.text
        sha256 = file.sha256
        bytes = file.bytes
        companion = file.isCompanion
        uploadedBy = file.uploadedBy
        uploadedAt = file.uploadedAt
    }
}

/// A file of this machine, read piece by piece.
private struct FilePieces: AsyncSequence {
    typealias Element = ByteBuffer

    private let path: String

    /// - Throws: `CommandError.problem` where it cannot be read.
    init(_ path: String) throws {
        guard access(path, R_OK) == 0 else {
            throw CommandError.problem("\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        self.path = path
    }

    func makeAsyncIterator() -> Iterator { Iterator(path) }

    final class Iterator: AsyncIteratorProtocol {
        private let path: String
        private let descriptor: Int32
        private static let pieceSize = 1 << 20

        init(_ path: String) {
            self.path = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func next() async throws -> ByteBuffer? {
            var buffer = ByteBufferAllocator().buffer(capacity: Self.pieceSize)
            var failure: Int32 = 0
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { bytes in
                let count = read(descriptor, bytes.baseAddress, Self.pieceSize)
                if count < 0 { failure = errno }
                return count < 0 ? 0 : count
            }
            guard failure == 0 else {
                throw CommandError.problem("\(path) cannot be read: \(String(cString: strerror(failure))).")
            }
            return count > 0 ? buffer : nil
        }
    }
}
