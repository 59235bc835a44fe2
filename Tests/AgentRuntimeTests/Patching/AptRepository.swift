import FoundationEssentials
import Glibc
import TestSupport

/// A repository of packages that tests make, served on the loopback interface or in a network namespace.
final class AptRepository: Sendable {
    struct Package: Sendable {
        var name: String
        var version: String
        var depends: String?
        /// Of dpkg's script behind unpacking.
        var postinst: String?
        /// Of dpkg's script before unpacking.
        var preinst: String?
        /// Bytes that cannot be compressed.
        var size = 1000
    }

    let folder: TestFolder
    let url: String
    private let server: Program

    /// - Parameters:
    ///   - host: where it is served.
    ///   - prefix: stands in front of the server's command.
    init(_ packages: [Package], host: String = "127.0.0.1", prefix: [String] = []) async throws {
        folder = try TestFolder()
        mkdir("\(folder.path)/pool", 0o755)
        chmod(folder.path, 0o755)
        let port = try freePort()
        url = "http://\(host):\(port)"
        server = try Program(prefix + ["/usr/bin/python3", "-c", Self.program, host, "\(port)", folder.path])
        for package in packages { try await build(package) }
        try await index()
        try await waitUntil("the repository answers") {
            try await Shell.run(prefix + ["/usr/bin/curl", "-s", "-f", "-o", "/dev/null", "\(url)/Packages"]).status
                == 0
        }
    }

    /// Python's own, which would look its name up first.
    private static let program = """
        import functools, http.server, socketserver, sys
        host, port, folder = sys.argv[1:]
        class Server(http.server.ThreadingHTTPServer):
            def server_bind(self):
                socketserver.TCPServer.server_bind(self)
                self.server_name, self.server_port = self.server_address[:2]
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        Server((host, int(port)), handler).serve_forever()
        """

    /// Makes a package; it is there for apt after `index`.
    func build(_ package: Package) async throws {
        let place = try TestFolder()
        defer { place.remove() }
        let (root, payload) = ("\(place.path)/x", "\(place.path)/x/usr/share/\(package.name)")
        for path in [root, "\(root)/DEBIAN", "\(root)/usr", "\(root)/usr/share", payload] { mkdir(path, 0o755) }
        let control = """
            Package: \(package.name)
            Version: \(package.version)
            Architecture: amd64
            Maintainer: Tests <tests@garrison.example>
            Description: a package of a test
            \(package.depends.map { "Depends: \($0)\n" } ?? "")
            """
        try Data((control + "\n").utf8).write(to: URL(filePath: "\(root)/DEBIAN/control"))
        for (name, script) in [("postinst", package.postinst), ("preinst", package.preinst)] {
            guard let script else { continue }
            let file = "\(root)/DEBIAN/\(name)"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: file))
            chmod(file, 0o755)
        }
        try Data("\(package.version)\n".utf8).write(to: URL(filePath: "\(payload)/version"))
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<package.size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try Data(bytes).write(to: URL(filePath: "\(payload)/payload"))
        try await PatchRoot.run([
            "/usr/bin/dpkg-deb", "--root-owner-group", "-b", root,
            "\(folder.path)/pool/\(package.name)_\(package.version)_amd64.deb",
        ])
    }

    func remove(_ name: String, _ version: String) { unlink(file(name, version)) }

    func file(_ name: String, _ version: String) -> String { "\(folder.path)/pool/\(name)_\(version)_amd64.deb" }

    func index() async throws {
        try await PatchRoot.run([
            "/bin/sh", "-c",
            """
            cd '\(folder.path)' && apt-ftparchive packages pool > Packages.new && mv Packages.new Packages \
            && apt-ftparchive -o APT::FTPArchive::Release::Origin=Tests release . > Release.new && mv Release.new Release
            """,
        ])
    }

    /// Has a machine take its packages from here.
    func use(on root: PatchRoot) async throws {
        try root.write("deb [trusted=yes] \(url)/ ./\n", to: "etc/apt/sources.list")
    }

    func stop() async {
        // Python would not hear a signal that it inherits blocked from this process' threads.
        server.signal(SIGKILL)
        _ = try? await server.end()
        folder.remove()
    }
}
