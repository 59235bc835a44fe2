import Foundation

/// nginx with two workers and one file.
struct StaticServer {
    let port: Int
    private let folder: String
    private let path: String
    private let process: Process

    /// Starts it and waits until it answers.
    /// - Parameter path: where the file is to be had.
    static func start(page: String, at path: String = "page.json") async throws -> StaticServer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nginx-\(UUID().uuidString)").path
        // The workers run as nobody when this runs as root, and must get at the file.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let file = URL(filePath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        try Data(page.utf8).write(to: file)
        let port = Int.random(in: 20_000..<30_000)
        try Data(configuration(folder, port: port).utf8).write(to: URL(filePath: "\(folder)/nginx.conf"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/nginx")
        process.arguments = ["-c", "\(folder)/nginx.conf", "-p", folder]
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        let server = StaticServer(port: port, folder: folder, path: path, process: process)
        try await server.waitUntilReady()
        return server
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func waitUntilReady() async throws {
        let probe = Program("/usr/bin/curl", ["-fsS", "-o", "/dev/null", "http://127.0.0.1:\(port)/\(path)"])
        for _ in 0..<300 {
            if (try? await probe.run()) != nil { return }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        stop()
        throw BenchError.programFailed("nginx", output: "It did not answer on port \(port).")
    }

    /// In the foreground: a daemon would keep open what tells its starter that it has ended.
    private static func configuration(_ folder: String, port: Int) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            daemon off; worker_processes 2; pid \(folder)/pid; error_log \(folder)/error.log;
            events { worker_connections 1024; }
            http {
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
              types { application/json json; } \(temporary.joined(separator: " "))
              server { listen 127.0.0.1:\(port); root \(folder); }
            }

            """
    }
}
