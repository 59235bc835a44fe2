import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore

/// Whether the address can be listened at, and who does so already.
struct ListenExamination: Examination {
    let configuration: Configuration

    func checks() async -> [Check] {
        let name = "listen"
        guard let address = try? ListenAddress(configuration.listen) else {
            return [
                .problem(
                    name, "“\(configuration.listen)” is no HOST:PORT",
                    "Give one such as \(Configuration.standardAddress).")
            ]
        }
        let host = address.host.filter { $0 != "[" && $0 != "]" }
        switch SocketProbe.bind(host: host, port: address.port) {
        case 0: return [.ok(name, "address: \(configuration.listen) is free")]
        case EADDRINUSE: return [await occupied(address)]
        case EACCES:
            return [
                .problem(
                    name, "you may not listen at port \(address.port)",
                    "Choose one from 1024 with --listen, or put a proxy in front.")
            ]
        case EADDRNOTAVAIL:
            return [.problem(name, "\(address.host) is no address of this machine", "Choose another with --listen.")]
        case let code:
            return [
                .problem(
                    name, "\(configuration.listen) cannot be listened at: \(String(cString: strerror(code)))",
                    "Choose another with --listen.")
            ]
        }
    }

    private func occupied(_ address: ListenAddress) async -> Check {
        let holder = PortHolder.find(port: address.port)
        if let status = await readiness(address) {
            let process = holder.map { " (process \($0.process))" } ?? ""
            return status == 200
                ? .ok("listen", "address: Garrison answers at \(configuration.listen)\(process)")
                : .problem(
                    "listen", "Garrison at \(configuration.listen)\(process) is not ready",
                    "Look at what it says, and at http://\(configuration.listen)/readyz.")
        }
        let who = holder.map { "\($0.name) (process \($0.process))" } ?? "another program"
        return .problem(
            "listen", "\(configuration.listen) is in use by \(who)", "Stop it, or choose another port with --listen.")
    }

    /// The status of /readyz; nil when something else than Garrison answers, or nothing.
    private func readiness(_ address: ListenAddress) async -> Int? {
        var request = HTTPClientRequest(url: "http://\(address.host):\(address.port)/readyz")
        request.headers.add(name: "Accept", value: "application/json")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(3)),
            response.headers.first(name: "server") == "garrison"
        else { return nil }
        return Int(response.status.code)
    }
}
