;; A module that speaks the action ABI, small enough to be read: each of its actions behaves in one way that a host
;; must handle, or survive. It has one run at a time, numbered 1.
;;
;;   echo   sends its input as one request's body; its result is the response's body
;;   three  sends three requests, one after the other; its result has one letter for each response: "c" for status 200,
;;          "n" for not sent, "x" for anything else
;;   sleep  asks to be woken 50 ms later, and is then done
;;   stuck  waits for nothing
;;   trap   traps at its first wake
;;   loop   never returns from its first wake
;;   grow   takes all the memory it gets, and is then done
;;   wild   announces a request outside its memory
;;   spam   announces requests endlessly
(module
  (import "action_host_v1" "http_send" (func $http_send (param i32 i32 i32)))
  (import "action_host_v1" "http_cancel" (func $http_cancel (param i32 i32)))

  (@custom "action_manifest" "{\"abiVersion\":\"1.0\",\"id\":\"test.actions\",\"actions\":[{\"export\":\"echo\"},{\"export\":\"three\"},{\"export\":\"sleep\"},{\"export\":\"stuck\"},{\"export\":\"trap\"},{\"export\":\"loop\"},{\"export\":\"grow\"},{\"export\":\"wild\"},{\"export\":\"spam\"}],\"connections\":[{\"id\":\"test\",\"baseUrl\":\"https://api.example.com\",\"headers\":{\"Authorization\":\"Bearer {key}\"}}]}")

  (memory (export "memory") 1 1024)

  ;; 16 connection, 32 method, 48 target, 64 headers, 96 and 112 results
  (data (i32.const 16) "test")
  (data (i32.const 32) "DELETE")
  (data (i32.const 48) "/items/1")
  (data (i32.const 64) "Content-Type: text/plain\0d\0a")
  (data (i32.const 96) "cancelled")
  (data (i32.const 112) "full")
  (data (i32.const 128) "{}")
  ;; 160: letters of "three"; 200: the request; 264: progress; 320: result; 328: manifest
  (global $letters i32 (i32.const 160))
  (global $request i32 (i32.const 200))
  (global $progress i32 (i32.const 264))
  (global $result i32 (i32.const 320))

  (global $action (mut i32) (i32.const 0))
  (global $exchange (mut i32) (i32.const 0))
  (global $input (mut i32) (i32.const 0))
  (global $input_length (mut i32) (i32.const 0))
  (global $heap (mut i32) (i32.const 1024))

  (func (export "_initialize")
    (i32.store (i32.const 328) (i32.const 128))
    (i32.store (i32.const 332) (i32.const 2)))
  (func (export "action_abi_version") (result i32) (i32.const 65536))
  (func (export "action_manifest") (result i32) (i32.const 328))

  ;; Blocks are never freed: a run is short.
  (func (export "action_alloc") (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (block $fits
      (loop $more
        (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
        (return (i32.const 0))))
    (local.get $block))
  (func (export "action_free") (param i32))

  (func $start (param $action i32) (param $input i32) (param $length i32) (result i32)
    (global.set $action (local.get $action))
    (global.set $exchange (i32.const 0))
    (i64.store offset=8 (global.get $progress) (i64.const 0))
    (global.set $input (local.get $input))
    (global.set $input_length (local.get $length))
    (i32.store (global.get $progress) (i32.const 48))
    (i32.store offset=4 (global.get $progress) (i32.const 1))
    (i32.const 1))
  (func (export "echo") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 1) (local.get 0) (local.get 1)))
  (func (export "three") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 2) (local.get 0) (local.get 1)))
  (func (export "sleep") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 3) (local.get 0) (local.get 1)))
  (func (export "stuck") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 4) (local.get 0) (local.get 1)))
  (func (export "trap") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 5) (local.get 0) (local.get 1)))
  (func (export "loop") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 6) (local.get 0) (local.get 1)))
  (func (export "grow") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 7) (local.get 0) (local.get 1)))
  (func (export "wild") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 8) (local.get 0) (local.get 1)))
  (func (export "spam") (param i32 i32 i32 i64) (result i32) (call $start (i32.const 9) (local.get 0) (local.get 1)))

  (func $send
    (global.set $exchange (i32.add (global.get $exchange) (i32.const 1)))
    (i32.store (global.get $request) (i32.const 56))
    (i32.store offset=4 (global.get $request) (i32.const 10000))
    (i32.store offset=8 (global.get $request) (i32.const 1000))
    (i32.store offset=16 (global.get $request) (i32.const 16))
    (i32.store offset=20 (global.get $request) (i32.const 4))
    (i32.store offset=24 (global.get $request) (i32.const 32))
    (i32.store offset=28 (global.get $request) (i32.const 6))
    (i32.store offset=32 (global.get $request) (i32.const 48))
    (i32.store offset=36 (global.get $request) (i32.const 8))
    (i32.store offset=40 (global.get $request) (i32.const 64))
    (i32.store offset=44 (global.get $request) (i32.const 26))
    (i32.store offset=48 (global.get $request) (global.get $input))
    (i32.store offset=52 (global.get $request) (global.get $input_length))
    (call $http_send (i32.const 1) (global.get $exchange) (global.get $request))
    (i32.store offset=36 (global.get $progress) (global.get $exchange)))

  (func $done (param $pointer i32) (param $length i32) (result i32)
    (i32.store (global.get $result) (local.get $pointer))
    (i32.store offset=4 (global.get $result) (local.get $length))
    (i32.store offset=4 (global.get $progress) (i32.const 0))
    (i64.store offset=8 (global.get $progress) (i64.const 0))
    (i32.const 0))

  (func (export "action_wake") (param $run i32) (param $now i64) (result i32)
    (if (i32.eq (global.get $action) (i32.const 1))
      (then (if (i32.eqz (global.get $exchange)) (then (call $send)))))
    (if (i32.eq (global.get $action) (i32.const 2))
      (then (if (i32.eqz (global.get $exchange)) (then (call $send)))))
    (if (i32.eq (global.get $action) (i32.const 3))
      (then
        (if (i64.eqz (i64.load offset=8 (global.get $progress)))
          (then (i64.store offset=8 (global.get $progress) (i64.add (local.get $now) (i64.const 50))))
          (else
            (if (i64.ge_u (local.get $now) (i64.load offset=8 (global.get $progress)))
              (then (return (call $done (i32.const 112) (i32.const 4)))))))))
    (if (i32.eq (global.get $action) (i32.const 5)) (then (unreachable)))
    (if (i32.eq (global.get $action) (i32.const 6)) (then (loop $forever (br $forever))))
    (if (i32.eq (global.get $action) (i32.const 7))
      (then
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (return (call $done (i32.const 112) (i32.const 4)))))
    (if (i32.eq (global.get $action) (i32.const 8))
      (then
        (call $http_send (i32.const 1) (i32.const 1) (i32.const 0x7ffffff0))
        (return (i32.const 1))))
    (if (i32.eq (global.get $action) (i32.const 9)) (then (loop $forever (call $send) (br $forever))))
    (i32.const 1))

  (func (export "action_http_done") (param $run i32) (param $exchange i32) (param $now i64) (param $answer i32)
    (result i32)
    (local $letter i32)
    (if (i32.eq (global.get $action) (i32.const 1))
      (then (return (call $done (i32.load offset=24 (local.get $answer)) (i32.load offset=28 (local.get $answer))))))
    (local.set $letter (i32.const 120)) ;; x
    (if (i32.eq (i32.load offset=4 (local.get $answer)) (i32.const 200)) (then (local.set $letter (i32.const 99))))
    (if (i32.load offset=12 (local.get $answer)) (then (local.set $letter (i32.const 110))))
    (i32.store8 (i32.sub (i32.add (global.get $letters) (local.get $exchange)) (i32.const 1)) (local.get $letter))
    (if (i32.eq (local.get $exchange) (i32.const 3))
      (then (return (call $done (global.get $letters) (i32.const 3)))))
    (call $send)
    (i32.const 1))

  (func (export "action_cancel") (param $run i32) (param $now i64) (result i32)
    (call $done (i32.const 96) (i32.const 9)))
  (func (export "action_status") (param $run i32) (result i32) (global.get $progress))
  (func (export "action_result") (param $run i32) (result i32)
    (select (i32.const 0) (global.get $result) (i32.load offset=4 (global.get $progress))))
  (func (export "action_release") (param $run i32)))
