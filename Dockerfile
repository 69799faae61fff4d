# A static binary on an image that holds nothing else.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/footnote . \
	&& mkdir -p /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/footnote /footnote
# The folder belongs to the user that runs the program, also as a new volume.
COPY --from=build --chown=nonroot:nonroot /out/data /data
COPY LICENSE NOTICE /
ENV FOOTNOTE_ADDR=0.0.0.0:8080 FOOTNOTE_DATA=/data XDG_CACHE_HOME=/data/.cache
VOLUME /data
EXPOSE 8080
# Beyond loopback the server wants FOOTNOTE_API_KEYS and does not start without.
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s --retries=3 \
	CMD ["/footnote", "healthcheck"]
ENTRYPOINT ["/footnote"]
CMD ["serve"]
