/** Hostscope on every node of a cluster; scripts/docs.ts writes daemonset.yaml from it. */
import type { V1DaemonSet } from "@kubernetes/client-node";

const labels = { "app.kubernetes.io/name": "hostscope" };
const probe = () => ({ command: ["hostscope", "status", "--probe"] });

export const daemonSet = (version: string): V1DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "hostscope", labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        // The node's own network, processes and name.
        hostNetwork: true,
        hostPID: true,
        dnsPolicy: "ClusterFirstWithHostNet",
        automountServiceAccountToken: false,
        tolerations: [{ operator: "Exists" }],
        containers: [
          {
            name: "hostscope",
            image: `hostscope:${version}`,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 5000,
              runAsGroup: 5000,
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              seccompProfile: { type: "RuntimeDefault" },
            },
            resources: { requests: { cpu: "20m", memory: "192Mi" }, limits: { memory: "512Mi" } },
            startupProbe: { exec: probe(), periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 24 },
            livenessProbe: { exec: probe(), periodSeconds: 60, timeoutSeconds: 10 },
            volumeMounts: [
              { name: "host", mountPath: "/host", readOnly: true, mountPropagation: "HostToContainer" },
              { name: "data", mountPath: "/var/lib/hostscope" },
              { name: "logs", mountPath: "/var/log/hostscope" },
              { name: "config", mountPath: "/etc/hostscope" },
              { name: "tmp", mountPath: "/tmp" },
            ],
          },
        ],
        // The folders of the node belong to root when Kubernetes makes them.
        initContainers: [
          {
            name: "folders",
            image: `hostscope:${version}`,
            command: ["chown", "5000:5000", "/data", "/config"],
            securityContext: { runAsUser: 0, capabilities: { drop: ["ALL"], add: ["CHOWN"] } },
            volumeMounts: [
              { name: "data", mountPath: "/data" },
              { name: "config", mountPath: "/config" },
            ],
          },
        ],
        volumes: [
          { name: "host", hostPath: { path: "/" } },
          { name: "data", hostPath: { path: "/var/lib/hostscope", type: "DirectoryOrCreate" } },
          { name: "config", hostPath: { path: "/etc/hostscope", type: "DirectoryOrCreate" } },
          { name: "logs", emptyDir: {} },
          { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
        ],
      },
    },
  },
});
